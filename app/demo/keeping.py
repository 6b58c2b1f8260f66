"""What is left of a demonstration: its figures as the public reads them, its bundle, checked, and everybody's keys."""

import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

from app.demo.staff import Bureau, Staff, checked, say
from publicity.tlog.proofs import verify_inclusion
from sampling.bundle import replay
from sampling.merkle import leaf_hash


def read_figures(bureau: Bureau, draw_id: str) -> dict[str, int]:
    """Read every figure off the public pages, and the findings as a supervisor."""
    public = Staff(bureau.client)
    headline = public.get("/index.json")["headline"]
    page = public.get(f"/draws/{draw_id}.json")
    return {
        "registered": headline["registered"],
        "frame": headline["frame"],
        "excluded": page["excluded"],
        "drawn": len(page["outcome"]["drawn"]),
        "seats": sum(len(unit["team"]) for unit in page["outcome"]["drawn"]),
        "findings": sum(each["cause"] == "drawn" for each in bureau.staff["supervisor"].get("/api/v1/findings")),
        "problems": headline["problems"],
        "published": headline["published"],
        "penalties": public.get("/penalties.json")["paging"]["total"],
    }


def keep(bureau: Bureau, directory: Path, draw_id: str, figures: dict[str, int]) -> None:
    """Check the bundle as a stranger would, then leave everything in the directory."""
    bundle = checked(bureau.client.get(f"/draws/{draw_id}/bundle.zip")).content
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for name, data in replay(files).outcome.items():
        if files[name] != data:
            msg = f"the bundle's {name} is not what its own inputs give"
            raise AssertionError(msg)
    _check_log(json.loads(files["log.json"]))
    say("复核", "用公开文件重新计算，结果一致；日志包含证明成立")
    (directory / "bundle.zip").write_bytes(bundle)
    (directory / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    handle = os.open(directory / "keys.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({title: staff.key for title, staff in bureau.staff.items()}, file, indent=1)


def _check_log(log: dict[str, Any]) -> None:
    for entry in log["entries"]:
        proof = [bytes.fromhex(each) for each in entry["proof"]]
        leaf = leaf_hash(entry["entry"].encode())
        verify_inclusion(leaf, entry["index"], log["size"], proof, bytes.fromhex(log["root"]))
