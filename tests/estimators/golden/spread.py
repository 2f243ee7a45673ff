"""Standard deviations and correlation by the standard library's statistics alone; data sets as in means.json."""

import json
import platform
import statistics

with open("means.json", encoding="utf-8") as stream:
    DATA = {case["id"]: case["data"] for case in json.load(stream)["cases"] if case["estimator"] == "mean_change"}

cases = []
for id_, data in DATA.items():
    before, after = data["before"], data["after"]
    change = [y - x for x, y in zip(before, after, strict=True)]
    said = {
        "sd_before": ("statistics.stdev(before)", statistics.stdev(before)),
        "sd_after": ("statistics.stdev(after)", statistics.stdev(after)),
        "sd_change": ("statistics.stdev(after - before)", statistics.stdev(change)),
    }
    if len(set(before)) > 1:
        said["correlation"] = ("statistics.correlation(before, after)", statistics.correlation(before, after))
    for estimator, (command, estimate) in said.items():
        expected = {"estimate": estimate, "n": len(before)}
        case = {"id": id_, "estimator": estimator, "frame": "pairs", "data": data, "command": command}
        cases.append(json.dumps(case | {"expected": expected}, separators=(",", ":")))

with open("spread.json", "w", encoding="utf-8") as stream:
    head = f'{{"script":"spread.py","Python":"{platform.python_version()}","packages":{{}},"cases":[\n'
    stream.write(head + ",\n".join(cases) + "\n]}\n")
