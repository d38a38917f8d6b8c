"""Small mistakes planted in a source file, one at a time: what a test set that is worth its name has to find.

Left alone, because no behaviour hangs on them: annotations, decorators, texts and f-strings (the wording of messages),
and `strict=` of zip.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
CALLS = {
    one: other for pair in (("min", "max"), ("any", "all"), ("floor", "ceil")) for one, other in (pair, pair[::-1])
}
UNTOUCHED = frozenset({"annotation", "returns", "decorator_list"})


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake. `was`, `becomes`: the piece of source before and after; nth: which of its like in that function,
    from 1. These name the mutant for good: they do not move when lines do."""

    file: str
    function: str
    was: str
    becomes: str
    nth: int
    line: int
    code: CodeType

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        return self.file, self.function, self.was, self.becomes, self.nth


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where a node hangs: a field of its parent, or one element of a list there."""

    parent: ast.AST
    field: str
    index: int | None

    def put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def mutants(file: str, source: str) -> Iterator[Mutant]:
    """Every mutant of a file, in the order of its source; the same source gives the same ones."""
    tree, like = ast.parse(source), Counter[tuple[str, str, str]]()
    for slot, old, new, function in list(_swaps(tree, "")):
        named = (function, _text(old), _text(new))
        like[named] += 1
        slot.put(ast.fix_missing_locations(ast.copy_location(new, old)))
        code = compile(tree, file, "exec")
        slot.put(old)
        yield Mutant(file, *named, like[named], getattr(old, "lineno", 0), code)


def _text(node: ast.AST) -> str:
    return "(removed)" if isinstance(node, ast.Pass) else ast.unparse(node)


def _swaps(node: ast.AST, function: str) -> Iterator[tuple[_Slot, ast.AST, ast.AST, str]]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        function = f"{function}.{node.name}".lstrip(".")
    for slot, child in _children(node):
        for new in _instead(slot, child):
            yield slot, child, new, function
        yield from _swaps(child, function)


def _says(node: ast.AST) -> bool:
    """A sentence for people, with the values in it (vision/sentences.py)."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "said"


def _children(node: ast.AST) -> Iterator[tuple[_Slot, ast.AST]]:
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.keyword) and node.arg == "strict") or _says(node):
        return
    for field, value in ast.iter_fields(node):
        if field in UNTOUCHED:
            continue
        if isinstance(value, ast.AST):
            yield _Slot(node, field, None), value
        elif isinstance(value, list):
            yield from ((_Slot(node, field, i), each) for i, each in enumerate(value) if isinstance(each, ast.AST))


def _instead(slot: _Slot, node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.BinOp() if type(node.op) in OPERATORS:
            yield ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp():
            yield node.operand
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Call(func=ast.Name(id=name)) if name in CALLS:
            yield ast.Call(ast.Name(CALLS[name], ast.Load()), node.args, node.keywords)
        case ast.Call(func=ast.Attribute(value=of, attr=name)) if name in CALLS:
            yield ast.Call(ast.Attribute(of, CALLS[name], ast.Load()), node.args, node.keywords)
    if isinstance(node, ast.expr) and _decides(slot) and not isinstance(node, ast.Compare | ast.UnaryOp):
        yield ast.UnaryOp(ast.Not(), node)
    if isinstance(node, ast.stmt) and _removable(slot, node):
        yield ast.Pass()


def _compared(node: ast.Compare) -> Iterator[ast.Compare]:
    for i, operator in enumerate(node.ops):
        for other in COMPARISONS[type(operator)]:
            yield ast.Compare(node.left, [*node.ops[:i], other(), *node.ops[i + 1 :]], node.comparators)


def _decides(slot: _Slot) -> bool:
    """Whether what hangs there is a condition."""
    branches = isinstance(slot.parent, ast.If | ast.IfExp | ast.While) and slot.field == "test"
    return branches or (isinstance(slot.parent, ast.comprehension) and slot.field == "ifs")


def _removable(slot: _Slot, node: ast.stmt) -> bool:
    """A statement without which the rest can still run: calls, yields, raises, writes, and returns out of a branch."""
    match node:
        case (
            ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()) | ast.Raise() | ast.AugAssign() | ast.Continue()
        ):
            return True
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript() | ast.Tuple()]):
            return True
        case ast.Return():
            return isinstance(slot.parent, ast.If)
    return False
