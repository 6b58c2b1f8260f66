"""The case until its draw: people and rosters, items, a recusal; the plan, the commitment and the draw itself."""

import secrets

from app.demo import case, rosters
from app.demo.staff import Bureau, say
from app.keys import new_secret
from registry.people import Role
from sampling.names import DrawId, Party
from sampling.seed import secret_digest


def hire(bureau: Bureau) -> None:
    """Add one person for every role, and the second who executes what the first committed."""
    for role in Role:
        if role not in (Role.ADMINISTRATOR, Role.INSPECTOR):
            bureau.hire(role.value, {"name": f"示例·{role.value}", "roles": [role.value]})
    bureau.hire("second_draw_officer", {"name": "示例·second_draw_officer", "roles": ["draw_officer"]})
    say("人员与密钥", f"{len(bureau.staff)} 人，各有角色")


def fill_register(bureau: Bureau) -> None:
    """Import the rosters, give every inspector a key, and decide the one recusal that is asked for."""
    officer, approver = bureau.staff["register_officer"], bureau.staff["approver"]
    for code, name in case.DEPARTMENTS.items():
        officer.post("/api/v1/departments", {"code": code, "name": name})
    report = officer.post("/api/v1/imports/operators", rosters.operators_csv())
    say("建库", f"导入经营者 {report['added']} 户")
    report = officer.post("/api/v1/imports/inspectors", rosters.inspectors_csv())
    say("建库", f"导入检查人员 {report['added']} 人")
    for department, count in rosters.INSPECTORS.items():
        for number in range(1, count + 1):
            own = rosters.inspector_no(department, number)
            person = {"name": f"示例·{own}", "department": department, "roles": ["inspector"], "inspector_no": own}
            bureau.hire(own, person)
    for item in case.ITEMS:
        officer.post("/api/v1/items", dict(item))
    asked = officer.post(
        "/api/v1/recusals",
        {
            "inspector_no": rosters.inspector_no("market", 1),
            "unit_id": rosters.operator_code(1),
            "reason": "近亲属在该单位任职（演示）",
        },
    )
    approver.post(f"/api/v1/recusals/{asked['recusal_id']}/decision", {"approved": True}, once="demo-recusal-1")
    say("回避", "申请一件，由负责人决定")


def draw(bureau: Bureau) -> str:
    """Approve the cap and the plan, commit the draw, execute it by another hand; return its id."""
    officer, second, approver = (bureau.staff[title] for title in ("draw_officer", "second_draw_officer", "approver"))
    bureau.clock.set(case.at("2020-08-24"))
    cap = officer.post("/api/v1/caps", case.cap())
    approver.post(f"/api/v1/caps/{cap['cap_id']}/approval", once="demo-approve-cap")
    say("频次上限", f"每户每年至多受检查 {cap['yearly']} 次，已审批")
    plan = officer.post("/api/v1/plans", case.plan())
    batch = officer.post(f"/api/v1/plans/{plan['plan_no']}/batches", case.batch())
    approver.post(f"/api/v1/plans/{plan['plan_no']}/approval", once="demo-approve-plan")
    approver.post(f"/api/v1/batches/{batch['task_no']}/approval", once="demo-approve-batch")
    say("定计划", f"计划 {plan['plan_no']}、批次 {batch['task_no']} 已审批")
    bureau.clock.set(case.at("2020-08-31"))
    secret = new_secret()
    digest = secret_digest(DrawId(batch["task_no"]), Party("supervision"), secret, "sha256")
    terms = {
        "execute_by": case.at("2020-09-01", "18:00").isoformat(),
        "open_by": case.at("2020-12-31", "18:00").isoformat(),
        "parties": [{"party": "supervision", "digest": digest}],
    }
    draw = officer.post(f"/api/v1/batches/{batch['task_no']}/commitment", terms, once="demo-commit-draw")
    say("锁定", f"抽查基数 {draw['frame']}，排除 {draw['excluded']}，锁定书 {draw['commitment_digest'][:16]}…")
    bureau.clock.set(case.at("2020-09-01", "10:30"))
    hand_in(bureau, f"/api/v1/draws/{draw['draw_id']}", secret)
    draw = second.post(f"/api/v1/draws/{draw['draw_id']}/execution", once="demo-execute-draw")
    say("摇号", f"抽取 {draw['to_draw']} 户")
    return str(draw["draw_id"])


def hand_in(bureau: Bureau, path: str, secret: str) -> None:
    """Enter a simulated public value by two people, record the envelope, and hand in the supervisors' secret."""
    officer, second, supervisor = (
        bureau.staff[title] for title in ("draw_officer", "second_draw_officer", "supervisor")
    )
    value = {"value": "".join(secrets.choice(case.DICE) for _ in range(case.THROWS))}
    second.post(f"{path}/value", value, once="demo-enter-value")
    officer.post(f"{path}/value/confirmation", value, once="demo-confirm-value")
    envelope = {"party": "supervision", "holder": "示例·保管人", "place": "档案室（演示）", "sealed_on": "2020-08-31"}
    supervisor.post(f"{path}/escrows", envelope, once="demo-record-envelope")
    handed = {"party": "supervision", "secret": secret, "document": "秘密提交单（演示）"}
    supervisor.post(f"{path}/secrets", handed, once="demo-hand-in-secret")
    say("交出秘密", "公开随机值（模拟）两人录入，监督方的秘密已交出")
