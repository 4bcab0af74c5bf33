"""Sizes, annotations, and nothing that happens by surprise."""

import ast

from tests.architecture.sources import PACKAGES, ROOT, Function, functions, length, modules

LONGEST_FILE, LONGEST_TEST, LONGEST_FUNCTION = 500, 600, 60
AT_START = {"worker_init", "beat_init"}
VAGUE_NAMES = {"utils", "helpers", "common", "core", "misc"}


def test_files_when_measured_then_none_is_too_long() -> None:
    limits = dict.fromkeys(modules(*PACKAGES), LONGEST_FILE) | dict.fromkeys(modules("tests"), LONGEST_TEST)
    lengths = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in limits}

    assert {path: lines for path, lines in lengths.items() if lines > limits[path]} == {}


def test_functions_when_measured_then_none_is_too_long() -> None:
    found = [
        f"{path}: {each.name} has {length(each)} lines"
        for path, tree in modules(*PACKAGES, "tests").items()
        for each in functions(tree)
        if length(each) > LONGEST_FUNCTION
    ]

    assert found == []


def test_functions_when_measured_then_nineteen_of_twenty_are_short() -> None:
    lengths = sorted(length(each) for tree in modules(*PACKAGES).values() for each in functions(tree))

    assert lengths[len(lengths) * 19 // 20] < 30


def test_functions_when_read_then_every_parameter_and_answer_is_annotated() -> None:
    found = [
        f"{path}: {each.name}"
        for path, tree in modules(*PACKAGES, "tests").items()
        for each in functions(tree)
        if not is_annotated(each)
    ]

    assert found == []


def is_annotated(function: Function) -> bool:
    arguments = function.args
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    given += [each for each in (arguments.vararg, arguments.kwarg) if each]
    named = [each for each in given if each.arg not in {"self", "cls"}]
    return function.returns is not None and all(each.annotation for each in named)


def test_modules_when_named_then_by_their_topic() -> None:
    paths = modules(*PACKAGES, "tests")

    assert [path for path in paths if VAGUE_NAMES & set(path.removesuffix(".py").split("/"))] == []


def test_modules_when_read_then_none_listens_to_signals() -> None:
    found = [
        path
        for path, tree in modules(*PACKAGES).items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and listens(node)
    ]

    assert found == []


def listens(node: ast.ImportFrom) -> bool:
    # Celery offers no other way to look at the settings before a worker starts; no row is involved.
    is_start_of_worker = node.module == "celery.signals" and {each.name for each in node.names} <= AT_START
    is_about_signals = node.module in {"django.dispatch", "blinker"} or str(node.module).endswith(".signals")
    return is_about_signals and not is_start_of_worker


def test_models_when_read_then_none_overrides_save_or_delete() -> None:
    found = [
        f"{path}: {owner.name}.{each.name}"
        for path, tree in modules(*PACKAGES).items()
        if "/models" in path
        for owner in ast.walk(tree)
        if isinstance(owner, ast.ClassDef)
        for each in owner.body
        if isinstance(each, Function) and each.name in {"save", "delete", "bulk_create"}
    ]

    assert found == []
