"""Every rule there is, in one readable list, and which of them a configuration selects."""

from __future__ import annotations

from difflib import get_close_matches

from nbpeer.checks import (
    averages,
    data,
    decided,
    declared,
    environment,
    experiments,
    fresh,
    housekeeping,
    inference,
    leakage,
    metrics,
    plots,
    privacy,
    queries,
    repeats,
    reproducibility,
    structure,
    volatile,
)
from nbpeer.checks.rule import Rule
from nbpeer.config import CheckConfig
from nbpeer.errors import NbpeerError

RULES: tuple[Rule, ...] = (
    housekeeping.could_not_analyse,
    housekeeping.waiver_without_reason,
    housekeeping.unused_waiver,
    housekeeping.merge_conflict,
    fresh.rerun_mismatch,
    reproducibility.undefined_name,
    reproducibility.out_of_order,
    reproducibility.count_gaps,
    reproducibility.stored_error,
    reproducibility.stale_source,
    volatile.unseeded_random,
    volatile.wall_clock,
    reproducibility.swallowed_error,
    structure.metadata_incomplete,
    structure.section_missing,
    structure.placeholder_left,
    structure.number_untraceable,
    structure.too_long,
    repeats.dead_or_copied_code,
    decided.decision_number_shared,
    data.merge_unvalidated,
    data.join_type_implicit,
    data.rows_dropped_silently,
    data.chained_assignment,
    data.nan_null_compare,
    queries.sql_cartesian,
    queries.sql_unstable,
    declared.source_undeclared,
    data.no_sanity_check,
    inference.tests_uncorrected,
    inference.assumption_unchecked,
    inference.no_interval,
    inference.no_sample_size,
    averages.mean_of_means,
    leakage.leak_preprocess,
    leakage.leak_test_reuse,
    experiments.no_srm_check,
    experiments.hypothesis_edited,
    leakage.shuffled_time_split,
    decided.prediction_edited,
    plots.axes_unlabelled,
    plots.bar_truncated,
    plots.misleading_form,
    privacy.secret,
    privacy.pii_output,
    privacy.small_counts,
    privacy.machine_path_used,
    privacy.output_too_big,
    metrics.metric_uncited,
    metrics.metric_stale,
    metrics.metric_differs,
    metrics.definition_unexplained,
    environment.deps_unpinned,
    environment.in_cell_install,
)


def find_rule(word: str) -> Rule:
    """The rule of a code or a name. Raises NbpeerError with the close match."""
    for rule in RULES:
        if word.upper() == rule.code or word.lower() == rule.name:
            return rule
    raise _unknown(word)


def selected(config: CheckConfig) -> tuple[Rule, ...]:
    """The rules that a configuration asks for. Rules about the check itself (NBP0…) apply unless they are ignored.

    Raises NbpeerError for a code, a prefix of one or a name that fits no rule.
    """
    for word in (*config.select, *config.ignore, *config.severity):
        if not any(_fits(rule, word) for rule in RULES):
            raise _unknown(word)
    return tuple(rule for rule in RULES if _applies(rule, config))


def _applies(rule: Rule, config: CheckConfig) -> bool:
    if any(_fits(rule, word) for word in config.ignore):
        return False
    if rule.group == "housekeeping":
        return True
    if not rule.default:
        return any(word in (rule.code, rule.name) for word in config.select)
    return any(_fits(rule, word) for word in config.select)


def _fits(rule: Rule, word: str) -> bool:
    return bool(word) and (rule.code.startswith(word) or rule.name == word)


def _unknown(word: str) -> NbpeerError:
    close = get_close_matches(word, [name for rule in RULES for name in (rule.code, rule.name)], n=1)
    hint = f"did you mean {close[0]}?" if close else "`nbpeer explain` lists them all"
    return NbpeerError(f"there is no rule {word!r}", hint)
