"""What a program's text says of it, read before it runs: what it imports, where it raises, and what it reaches for.

A program has no need to look into the process that runs it, nor to change what is not its own. One that does may be
right, and may be up to something: a person decides. What is found here is told before the program can change it.
"""

import ast
import re

MOST = 20
LONGEST = 80
_KNOWN_MODULES = frozenset(
    "__future__ abc argparse bisect collections contextlib copy dataclasses datetime decimal enum fractions functools"
    " heapq itertools json logging math numbers numpy operator os pathlib pprint random re sklearn statistics string"
    " sys textwrap time torch torchvision tqdm typing warnings".split()
)
_NAMES = frozenset("eval exec compile globals locals vars breakpoint memoryview".split())
_ATTRIBUTES = frozenset(
    "_getframe _current_frames f_back f_locals f_globals f_builtins f_code tb_frame gi_frame gi_code cr_frame ag_frame"
    " co_code co_consts settrace setprofile meta_path path_hooks path_importer_cache modules attrgetter methodcaller"
    " get_field get_type_hints ForwardRef as_strided ctypes ctypeslib memmap frombuffer fromfile allow_pickle"
    " weights_only _exit fdopen dup dup2 pipe pipe2 writev pwrite sendfile fork forkpty kill killpg system popen"
    " data_ptr untyped_storage from_file _C _utils _make_subclass __builtins__ FileIO FileType open_code raw".split()
)
_ALLOWED = {
    "os": frozenset(
        "path environ getenv makedirs mkdir listdir getcwd cpu_count sep linesep name urandom getpid remove walk"
        " scandir stat PathLike fspath".split()
    ),
    "sys": frozenset(
        "argv exit stdout stderr stdin version version_info maxsize platform float_info getsizeof byteorder"
        " setrecursionlimit getrecursionlimit hexversion implementation".split()
    ),
}  # what a program may want of modules that can do anything
_PASSED = frozenset("open getattr setattr delattr type".split())  # called, and never handed on
_LIBRARIES = frozenset("numpy torch torchvision sklearn tqdm".split())
_SUBMODULES = frozenset({"os.path", "collections.abc"})
_ORDINARY = frozenset(
    "__main__ __name__ __file__ __doc__ __all__ __version__ __author__ __future__ __init__ __new__"
    " __repr__ __str__ __len__ __getitem__ __setitem__ __delitem__ __contains__ __iter__ __next__ __reversed__ __call__"
    " __enter__ __exit__ __bool__ __hash__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __add__ __radd__ __iadd__ __sub__"
    " __rsub__ __mul__ __rmul__ __truediv__ __floordiv__ __mod__ __pow__ __neg__ __pos__ __abs__ __matmul__ __and__"
    " __or__ __xor__ __invert__ __int__ __float__ __index__ __round__ __class__ __slots__ __post_init__ __getitems__"
    " __format__ __length_hint__ __missing__".split()
)
_WITHIN_MODULES = frozenset(
    "os _os sys _sys io _io gc types inspect ctypes builtins importlib threading _thread subprocess pickle marshal"
    " signal select mmap socket operator contextlib traceback linecache weakref functools code copyreg config".split()
)  # what modules import for themselves: random._os, logging.sys
_MODULES = _WITHIN_MODULES - frozenset(
    "types io signal select operator contextlib code config inspect functools traceback".split()
)  # those whose names mean nothing else
_STARRED = frozenset("os sys operator string typing numpy copy contextlib".split())
_SETTINGS = frozenset({"backends"})  # torch.backends.cudnn.deterministic = True
_HIDDEN = re.compile(r"__\w+__")
_NAMED = {
    ast.Name: ("id",), ast.Attribute: ("attr",), ast.FunctionDef: ("name",), ast.AsyncFunctionDef: ("name",),
    ast.ClassDef: ("name",), ast.arg: ("arg",), ast.keyword: ("arg",), ast.alias: ("name", "asname"),
    ast.ExceptHandler: ("name",), ast.MatchAs: ("name",), ast.MatchStar: ("name",), ast.MatchMapping: ("rest",),
}  # fmt: skip
_BINDS = (
    (ast.FunctionDef, "name"), (ast.AsyncFunctionDef, "name"), (ast.ClassDef, "name"), (ast.ExceptHandler, "name"),
    (ast.MatchAs, "name"), (ast.MatchStar, "name"), (ast.arg, "arg"),
)  # fmt: skip
_READERS = {
    ast.Import: "of_import", ast.ImportFrom: "of_importfrom", ast.Name: "of_name", ast.Attribute: "of_attribute",
    ast.MatchClass: "of_matchclass", ast.keyword: "of_keyword", ast.Constant: "of_constant", ast.Call: "of_call",
}  # fmt: skip


def glance(tree: ast.AST) -> dict[str, object]:
    """The facts of a tree, as plain data of bounded size."""
    nodes: dict[type, list] = {}
    for node in ast.walk(tree):
        nodes.setdefault(type(node), []).append(node)
    reader = _Reader(nodes)
    found = {
        (getattr(node, "lineno", 1), what)
        for kind in nodes.keys() & (_NAMED.keys() | _READERS.keys()) for node in nodes[kind]
        for what in reader.reached(node) if what
    }  # fmt: skip
    return {
        "imports": sorted({name[:LONGEST] for name in reader.imports})[: MOST * 5],
        "raises": [node.lineno for node in nodes.get(ast.Raise, ())][:MOST],
        "reaches": [[line, what[:LONGEST]] for line, what in sorted(found)[:MOST]],
    }


def _is_kept(name: str) -> bool:
    """Whether a name is one of those that Python keeps for itself, and no ordinary one of them."""
    return _HIDDEN.fullmatch(name) is not None and name not in _ORDINARY


def _is_hidden(name: str) -> bool:
    return name in _ATTRIBUTES or _is_kept(name)


def _is_known(module: str) -> bool:
    first, _, within = module.partition(".")
    return first in _KNOWN_MODULES and (not within or first in _LIBRARIES or module in _SUBMODULES)


class _Reader:
    """Knows the names of a program: what it binds itself, and what it has by imports."""

    def __init__(self, nodes: dict[type, list]) -> None:
        imports = [(alias, alias.name) for node in nodes.get(ast.Import, ()) for alias in node.names]
        members = [(alias, node.module or "") for node in nodes.get(ast.ImportFrom, ()) for alias in node.names]
        self.imports = {module for _, module in (*imports, *members)}
        self.imported = {(alias.asname or alias.name).partition(".")[0] for alias, _ in (*imports, *members)}
        self.modules = {(alias.asname or module).partition(".")[0]: module for alias, module in imports}
        self.used = {id(node.value) for node in nodes.get(ast.Attribute, ())}
        self.called = {id(node.func) for node in nodes.get(ast.Call, ())}
        self.compared = {id(it) for node in nodes.get(ast.Compare, ()) for it in (node.left, *node.comparators)}
        self.compared |= {id(node.value) for node in nodes.get(ast.Attribute, ()) if node.attr == "__name__"}
        self.compared |= {
            id(it) for node in nodes.get(ast.Call, ()) for it in node.args
            if getattr(node.func, "id", "") in ("print", "str", "repr", "isinstance", "issubclass")
        } | {id(node.value) for node in nodes.get(ast.FormattedValue, ())}  # fmt: skip
        self.bound = {node.id for node in nodes.get(ast.Name, ()) if isinstance(node.ctx, ast.Store)}
        self.bound |= {getattr(node, field) for kind, field in _BINDS for node in nodes.get(kind, ())}
        self.own = {"self", "cls"} | _made(nodes)

    def reached(self, node: ast.AST) -> list[str]:
        """What a node reaches for, if anything: names that Python keeps for itself, and more by kind."""
        kind = type(node)
        named = [getattr(node, field) for field in _NAMED.get(kind, ())]
        hidden = [name for name in named if name and "__" in name and _is_kept(name)]
        reader = _READERS.get(kind)
        return [*hidden, *(getattr(self, reader)(node) if reader else [])]

    def of_import(self, node: ast.Import) -> list[str]:
        return [alias.name for alias in node.names if not _is_known(alias.name)]

    def of_importfrom(self, node: ast.ImportFrom) -> list[str]:
        module = node.module or ""
        if not _is_known(module):
            return [module]
        return [
            it.name for it in node.names
            if _is_hidden(it.name) or it.name in _WITHIN_MODULES or it.name not in _ALLOWED.get(module, (it.name,))
            or (it.name.startswith("_") and module != "__future__")
            or (it.name == "*" and module.partition(".")[0] in _STARRED)
        ]  # fmt: skip

    def of_name(self, node: ast.Name) -> list[str]:
        """A name of much power; or a module, or a function of much power, that is handed on under another name."""
        if node.id in self.modules:
            return [] if id(node) in self.used or not isinstance(node.ctx, ast.Load) else [node.id]
        is_passed = node.id in _PASSED and id(node) not in self.called
        return (
            [node.id]
            if (is_passed or node.id in _NAMES or node.id in _ATTRIBUTES) and node.id not in self.bound
            else []
        )

    def of_attribute(self, node: ast.Attribute) -> list[str]:
        found = [] if isinstance(node.ctx, ast.Load) else [self._changed(node)]
        root = getattr(_root(node), "id", "")
        of_value = self.modules.get(getattr(node.value, "id", ""), "").partition(".")[0]
        is_module = node.attr in _MODULES or (node.attr in _WITHIN_MODULES and root not in self.own)
        is_private = root in self.imported and node.attr.startswith("_") and not _HIDDEN.fullmatch(node.attr)
        is_refused = node.attr not in _ALLOWED.get(of_value, (node.attr,))
        is_class = node.attr == "__class__" and root != "self" and id(node) not in self.compared
        if node.attr in _ATTRIBUTES or is_module or is_private or is_refused or is_class:
            return [node.attr, *found]
        return found

    def of_matchclass(self, node: ast.MatchClass) -> list[str]:
        return [name for name in node.kwd_attrs if _is_hidden(name)]

    def of_keyword(self, node: ast.keyword) -> list[str]:
        return [node.arg] if node.arg in _ATTRIBUTES else []

    def of_constant(self, node: ast.Constant) -> list[str]:
        is_text = isinstance(node.value, str) and "__" in node.value
        found = _HIDDEN.findall(node.value[:10_000]) if is_text else []
        return [name for name in found if name not in _ORDINARY][:1]

    def of_call(self, node: ast.Call) -> list[str]:
        """A call by which any attribute can be had, any file, or a class that makes one."""
        name = node.func.id if isinstance(node.func, ast.Name) and node.func.id not in self.bound else ""
        first, second = [*node.args[:2], None, None][:2]
        if name in ("setattr", "delattr"):
            return [] if isinstance(first, ast.Name) and first.id == "self" else [name]
        text = second.value if isinstance(second, ast.Constant) and isinstance(second.value, str) else "__dict__"
        if name in ("getattr", "hasattr") and (_is_hidden(text) or text in _WITHIN_MODULES):
            return [name]
        if name == "type" and second is None and getattr(first, "id", "") != "self" and id(node) not in self.compared:
            return [name]
        is_joined = isinstance(first, ast.Call) and ast.unparse(first.func) == "os.path.join" and "os" in self.modules
        is_text = isinstance(first, ast.JoinedStr) or (isinstance(first, ast.Constant) and isinstance(first.value, str))
        return [name] if name == "open" and not (is_text or is_joined) else []

    def _changed(self, node: ast.Attribute) -> str:
        """An attribute of something that the program has from elsewhere, where it is bound anew or deleted."""
        is_setting = any([isinstance(it, ast.Attribute) and it.attr in _SETTINGS for it in ast.walk(node)])
        root = _root(node)
        is_own = isinstance(root, ast.Name) and root.id in self.own and root.id not in self.imported
        is_of_class = _HIDDEN.fullmatch(node.attr) and not (is_own and root.id == "self")
        return "" if is_setting or (is_own and not is_of_class) else f"{ast.unparse(node)} ="


def _made(nodes: dict[type, list]) -> set[str]:
    """The names of what a program makes itself: classes, functions, and what calls return."""
    own = {node.name for kind in (ast.ClassDef, ast.FunctionDef) for node in nodes.get(kind, ())}
    bindings = [
        (it.id, node.value) for kind in (ast.Assign, ast.AnnAssign, ast.NamedExpr) for node in nodes.get(kind, ())
        for target in (node.targets if kind is ast.Assign else [node.target])
        for it in ast.walk(target) if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store)
    ]  # fmt: skip
    for _ in range(3):  # a name for a name for a name
        own |= {name for name, value in bindings if _is_made(value, own)}
    return own - {name for name, value in bindings if not _is_made(value, own)}


def _is_made(value: ast.AST | None, own: set[str]) -> bool:
    root = _root(value)
    if isinstance(root, ast.Name):
        return root.id in own
    return value is not None and not (isinstance(root, ast.Call) and getattr(root.func, "id", "") in ("type", "super"))


def _root(node: ast.AST) -> ast.AST:
    """What a chain of attributes and indices begins with."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node
