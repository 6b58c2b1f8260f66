"""Who calls a route: the offices that several routes name. Callers of one resource alone stand in its own module."""

from typing import Annotated

from fastapi import Depends

from app.auth import Allow, Caller
from registry.people import Role

BUREAU = (Role.REGISTER_OFFICER, Role.DRAW_OFFICER, Role.APPROVER, Role.REVIEWER, Role.PUBLISHER, Role.SUPERVISOR)
"""Who reads the register whole."""
READERS = (Role.DRAW_OFFICER, Role.APPROVER, Role.REVIEWER, Role.PUBLISHER, Role.SUPERVISOR)
"""Who reads plans and draws."""
RESULTS = (Role.REVIEWER, Role.PUBLISHER, Role.APPROVER, Role.SUPERVISOR)
"""Who reads findings and what follows from them."""

Bureau = Annotated[Caller, Depends(Allow(*BUREAU))]
RegisterOfficer = Annotated[Caller, Depends(Allow(Role.REGISTER_OFFICER))]
DrawOfficer = Annotated[Caller, Depends(Allow(Role.DRAW_OFFICER))]
Approver = Annotated[Caller, Depends(Allow(Role.APPROVER))]
Reviewer = Annotated[Caller, Depends(Allow(Role.REVIEWER))]
Publisher = Annotated[Caller, Depends(Allow(Role.PUBLISHER))]
Supervisor = Annotated[Caller, Depends(Allow(Role.SUPERVISOR))]
InspectorCaller = Annotated[Caller, Depends(Allow(Role.INSPECTOR))]
