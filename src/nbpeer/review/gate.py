"""The gate: four conditions on one analysis. `docs/gate.md` says them for people."""

from __future__ import annotations

from nbpeer.model.external import ExpectationsFile
from nbpeer.model.finding import SEVERITIES, Finding
from nbpeer.model.result import ResultsFile, results_path
from nbpeer.model.review import AnalysisGate, Condition
from nbpeer.review.checklist import COULD_NOT_ANALYSE
from nbpeer.review.facts import AnalysisFacts, command
from nbpeer.review.signed import signed_off

CONDITIONS = ("checks pass", "results fresh", "expectations hold", "signed off")
_SHOWN = 3
_NONE_RECORDED = "none recorded"


def judge(facts: AnalysisFacts) -> AnalysisGate:
    """The gate's verdict on one analysis: every condition, why it is or is not met, and what to do."""
    if facts.problem:
        first, *others = CONDITIONS
        unknown = [Condition(name, False, "not known: the analysis could not be read") for name in others]
        return AnalysisGate(facts.path, "", (Condition(first, False, facts.problem), *unknown))
    conditions = (checks_pass(facts), results_fresh(facts), expectations_hold(facts), signed_off(facts))
    return AnalysisGate(facts.path, facts.content, conditions)


def checks_pass(facts: AnalysisFacts) -> Condition:
    """Whether no finding is left of the configured severity or worse, and the rules understood the notebook."""
    name = CONDITIONS[0]
    if facts.front_matter is None:
        todo = "add front matter to its first cell, or exclude the notebook in the configuration"
        return Condition(name, False, _no_front_matter(facts), todo)
    counted = SEVERITIES[: SEVERITIES.index(facts.gate.severity) + 1]
    open_findings = [finding for finding in facts.findings if finding.open]
    against = [finding for finding in open_findings if finding.severity in counted or _blinding(finding)]
    if against:
        return Condition(name, False, _list(against), command("check", facts.path))
    waived = sum(bool(finding.waived) for finding in facts.findings)
    known = len(facts.findings) - len(open_findings) - waived
    others = [f"{len(open_findings)} lesser {_plural('finding', len(open_findings))}"] if open_findings else []
    others += [f"{waived} waived"] if waived else []
    others += [f"{known} in the baseline"] if known else []
    return Condition(name, True, ", ".join([f"no {' or '.join(counted)} found", *others]))


def results_fresh(facts: AnalysisFacts) -> Condition:
    """Whether the recorded results are those of this source and these inputs, by the run certificate."""
    name = CONDITIONS[1]
    run = command("run", facts.path)
    if facts.results is None:
        if facts.gate.require_results:
            return Condition(name, False, f"{results_path(facts.path)} is not there: no run is recorded", run)
        return Condition(name, True, "no run is recorded, and the configuration asks for none")
    stale = _stale(facts, facts.results)
    if stale:
        return Condition(name, False, "; ".join(stale), run)
    return Condition(name, True, _vouched(facts, facts.results))


def expectations_hold(facts: AnalysisFacts) -> Condition:
    """Whether every data expectation held: in the recorded run, and in the configured files of other tools."""
    own = _own_expectations_hold(facts)
    if not facts.external:
        return own
    against = [_against(file) for file in facts.external if file.problem or file.stale or file.failed]
    if against:
        todo = "; ".join(filter(None, (own.todo, "mend the data, or check them again")))
        return Condition(own.name, False, "; ".join([*([] if own.met else [own.reason]), *against]), todo)
    said = [] if own.met and own.reason == _NONE_RECORDED else [own.reason]
    return Condition(own.name, own.met, "; ".join([*said, *map(_in_favour, facts.external)]), own.todo)


def _against(file: ExpectationsFile) -> str:
    """Why a file of another tool keeps the gate shut."""
    if file.problem or file.stale:
        return f"not known: {file.path} {file.problem or file.stale}"
    shown = [
        f"{item.name}{f' on {item.about}' if item.about else ''}{f' ({item.detail})' if item.detail else ''}"
        for item in file.failed[:_SHOWN]
    ]
    left = [f"and {len(file.failed) - _SHOWN} more"] if len(file.failed) > _SHOWN else []
    return f"failed in {_origin(file)}: {', '.join([*shown, *left])}"


def _in_favour(file: ExpectationsFile) -> str:
    warned = file.count("warned")
    held = f"{file.count('held')} held{f' and {warned} only warned' if warned else ''} in {_origin(file)}"
    return f"{held}, {', '.join(file.notes)}" if file.notes else held


def _origin(file: ExpectationsFile) -> str:
    when = f"of {file.generated[:10]}" if file.generated else "of a time it does not say"
    return f"{file.path} ({file.origin}, {when})"


def _own_expectations_hold(facts: AnalysisFacts) -> Condition:
    name = CONDITIONS[2]
    run = command("run", facts.path)
    if facts.results is None:
        if facts.gate.require_results:
            return Condition(name, False, "not known: no run is recorded", run)
        return Condition(name, True, _NONE_RECORDED)
    expected = facts.results.result_set.expectations
    failed = [item for item in expected if not item.passed]
    if failed:
        listed = "; ".join(f"{item.name} ({item.detail})" if item.detail else item.name for item in failed)
        return Condition(name, False, f"failed: {listed}", f"mend the data or the analysis, then {run}")
    if not expected:
        return Condition(name, True, _NONE_RECORDED)
    return Condition(name, True, f"{len(expected)} {_plural('expectation', len(expected))} held")


def _no_front_matter(facts: AnalysisFacts) -> str:
    about = [finding.message for finding in facts.findings if finding.code == "NBP201" and finding.open]
    return f"NBP201: {about[0]}" if about else "NBP201: the notebook has no front matter"


def _blinding(finding: Finding) -> bool:
    """Not being able to look is never a pass; an info only lists rules that do not concern the notebook's language."""
    return finding.code == COULD_NOT_ANALYSE and finding.severity != "info"


def _list(findings: list[Finding]) -> str:
    """The first finding of each of the first few rules, and how many more there are."""
    rules: dict[str, list[Finding]] = {}
    for finding in findings:
        rules.setdefault(finding.code, []).append(finding)
    shown = list(rules.values())[:_SHOWN]
    said = [_say(found[0]) + (f" (and {len(found) - 1} like it)" if found[1:] else "") for found in shown]
    left = len(findings) - sum(map(len, shown))
    return "; ".join([*said, *([f"and {left} more"] if left else [])])


def _say(finding: Finding) -> str:
    where = f" in cell {finding.cell}" if finding.cell else ""
    return f"{finding.severity} {finding.code} {finding.name}{where}: {finding.message}"


def _stale(facts: AnalysisFacts, results: ResultsFile) -> list[str]:
    certificate = results.certificate
    reasons = []
    if certificate.source != facts.source:
        reasons.append("a cell was edited after the run (the certificate names another source digest)")
    for path, recorded in sorted(certificate.inputs.items()):
        now = facts.inputs.get(path)
        if path in facts.unshared:
            continue
        if now is None:
            reasons.append(f"the run read {path}, which is not here")
        elif now != recorded:
            reasons.append(f"{path} changed after the run (the certificate names another digest of it)")
    return reasons


def _vouched(facts: AnalysisFacts, results: ResultsFile) -> str:
    certificate = results.certificate
    said = ["the run was of exactly this source"]
    compared = len(certificate.inputs) - len(facts.unshared)
    if compared:
        said.append(f"{compared} {_plural('input', compared)} unchanged")
    if facts.unshared:
        said.append(f"not compared, as git ignores it and it is not here: {', '.join(sorted(facts.unshared))}")
    if certificate.parameters:
        said.append("with " + ", ".join(f"{name} = {value}" for name, value in sorted(certificate.parameters.items())))
    if not certificate.inputs_complete:
        said.append("not every input could be observed")
    return ", ".join(said)


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
