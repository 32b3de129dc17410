"""What is known while a text is read: callbacks that write each node as soon as its text has been reduced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autodiff.errors import FormulaError
from autodiff.messages import N_, say
from autodiff.primitives import FUNCTIONS, TABLE, Primitive, accepts, called
from autodiff.reading import literals
from autodiff.reading.source import IMPLICIT, LITERAL, POWER, ROOTED, SUPERSCRIPTS, WORD, Lexeme, Operand, Source
from autodiff.tape import Apply, Const, Recorder, Span, Tape, Var, canonical

NATURAL = N_("log is the natural logarithm; the decimal one is log10")
REMAINDER = N_("% is the remainder, as in Python; for per cent write /100")
SIGMAS = frozenset({"σ", "sigma"})
LIMIT = 500_000  # nodes that the user's own functions may expand to

BINARY = {"+": "add", "-": "sub", "*": "mul", "/": "div", "%": "mod"}
COMPARISONS = {"<": "lt", "<=": "le", "≤": "le", ">": "gt", ">=": "ge", "≥": "ge", "==": "eq", "!=": "ne", "≠": "ne"}


class Function:
    """A function of the user's own: its parameters are the first nodes of its tape."""

    def __init__(self, name: str, arity: int, tape: Tape) -> None:
        self.name, self.arity, self.tape = name, arity, tape


class Reader:
    """What is known while one text is read. Its methods are named after the rules of the grammar; one without a method hands
    its only value on."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.tape = Recorder()
        self.named: dict[str, int] = {}
        self.names: dict[int, str] = {}
        self.seen: dict[str, Span] = {}
        self.whole: dict[str, tuple[Span, Span]] = {}
        self.scopes: dict[int, dict[str, int]] = {}
        self.functions: dict[str, Function] = {}
        self.parameters: dict[str, int] = {}
        self.signature_: tuple[str, Span] | None = None
        self.outer: Recorder | None = None
        self.outer_scopes: dict[int, dict[str, int]] = {}
        self.branches: list[tuple[int, int]] = []
        self.notes: list[str] = []
        self.numbers: dict[str, int] = {}
        self.joints: dict[int, int] = {}
        self.sigmas: list[Lexeme] = []
        self.idle = ""
        self.is_natural = False
        self.expanded = 0
        self.last = ""
        self.output = -1

    # Statements -------------------------------------------------------------------------------------------------------

    def start(self, c: list[Any]) -> Tape:
        self._refuse_two_sigmas()
        if self.last == "definition":
            end = len(self.source.text)
            hint = say("say what to compute with it, as in f(x) = x^2; f(3)")
            raise self.source.refuse("E017", say("the program ends in the definition of a function"), (end, end), hint)
        return Tape(self.tape.nodes, self.output, self.names, self.tape.runs, self.whole, self.scopes)

    def program(self, c: list[Any]) -> None:
        if len(c) == 3 and self.idle:
            self.notes.append(say("the value of {formula} is not used: it has no name", formula=self.idle))
        self.idle = ""
        if self.last == "result":
            self.idle = self.source.shown(self.operand)

    def result(self, c: list[Any]) -> None:
        place = c[0][0]
        if not self._fresh(place) and not (place in self.names and place == len(self.tape.nodes) - 1):
            place = self.tape.apply("copy", (place,), c[0][1:3])
        self.last, self.operand, self.output = "result", c[0], place

    def assignment(self, c: list[Any]) -> None:
        target, _, operand = c
        name = canonical(target.value)
        if name in self.named:
            raise self.source.refuse(
                "E016", say("'{name}' is assigned a second time", name=name), target.span, _another(f"{name}2")
            )
        if name in self.seen:
            message = say("'{name}' is used before it is assigned", name=name)
            raise self.source.refuse("E016", message, self.seen[name], say("move its assignment up"))
        place = operand[0]
        if not self._fresh(place):
            place = self.tape.apply("copy", (place,), operand[1:3])
        self.named[name], self.names[place] = place, name
        self.last, self.output = "assignment", place

    def _fresh(self, place: int) -> bool:
        """Whether a node has just been written and has no name yet."""
        nodes = self.tape.nodes
        return place == len(nodes) - 1 and isinstance(nodes[place], Apply) and place not in self.names

    def signature(self, c: list[Any]) -> None:
        target, _, parameters, _ = c
        name, span = canonical(target.value), target.span
        if name in FUNCTIONS:
            raise self.source.refuse("E017", say("'{name}' is a built-in function", name=name), span, _another(f"my_{name}"))
        if name in self.functions:
            raise self.source.refuse("E017", say("the function '{name}' is defined a second time", name=name), span, _another())
        self.outer, self.tape = self.tape, Recorder()
        self.outer_scopes, self.scopes = self.scopes, {}
        self.signature_, self.numbers = (name, span), {}
        for token in parameters:
            parameter = canonical(token.value)
            if parameter in self.parameters:
                raise self.source.refuse(
                    "E017", say("the parameter '{name}' stands twice", name=token.value), token.span, _another()
                )
            self.parameters[parameter] = self.tape.add(Var(parameter, token.span))

    def definition(self, c: list[Any]) -> None:
        assert self.outer is not None
        assert self.signature_ is not None
        name, body = self.signature_[0], Tape(self.tape.nodes, c[2][0], runs=self.tape.runs, scopes=self.scopes)
        self.functions[name] = Function(name, len(self.parameters), body)
        self.tape, self.outer, self.signature_, self.parameters, self.numbers = self.outer, None, None, {}, {}
        self.scopes, self.last = self.outer_scopes, "definition"

    def first(self, c: list[Any]) -> list[Any]:
        return c

    def more(self, c: list[Any]) -> list[Any]:
        c[0].append(c[2])
        return c[0]  # type: ignore[no-any-return]

    # Operands ---------------------------------------------------------------------------------------------------------

    def number(self, c: list[Lexeme]) -> Operand:
        token = c[0]
        place = self.numbers.get(token.value)
        if place is None:
            text = token.value
            if "." in text and not text[text.index(".") + 1 : text.index(".") + 2].isdigit():
                text = text.replace(".", "")  # 2. is 2, and 2.e3 is 2e3
            place = self.numbers[token.value] = self._literal(text, token.span)
        return place, token.start_pos, token.end_pos, LITERAL

    def _literal(self, text: str, span: Span) -> int:
        return self.tape.const(literals.value(self.source, text, span), text, span)

    def name(self, c: list[Lexeme]) -> Operand:
        _, name, start, end = c[0]
        span = (start, end)
        if not name.isascii():
            name = canonical(name)
        place = self.parameters.get(name)
        if place is None and self.outer is None:
            place = self.named.get(name)
        if place is None:
            self.seen.setdefault(name, span)
            if len(name) > 1 and name.isalpha():  # it may turn out to be a product of its letters, at each occurrence
                place = self.tape.add(Var(name, span))
                if not self.parameters.keys().isdisjoint(name):
                    self.scopes[place] = {letter: self.parameters[letter] for letter in name if letter in self.parameters}
                return place, start, end, WORD
            place = self.tape.var(name, span)
        return place, start, end, 0

    def group(self, c: list[Any]) -> Operand:
        return c[1][0], c[0].start_pos, c[2].end_pos, 0

    def root(self, c: list[Any]) -> Operand:
        sign, operand = c
        where = (sign.start_pos, operand[2])
        self._keep_whole(operand, where)
        looks = 0 if self.source.plain[operand[2] - 1] == ")" else ROOTED
        return self.tape.apply("sqrt", (operand[0],), where), *where, looks

    def sum(self, c: list[Any]) -> Operand:
        (left, start, _, _), sign, (right, _, end, looks) = c
        return self.tape.apply(BINARY[sign.value], (left, right), (start, end)), start, end, looks & POWER

    def product(self, c: list[Any]) -> Operand:
        left, sign, right = c
        span = start, end = left[1], right[2]
        if sign.value != "*":
            if right[3] & IMPLICIT:
                from autodiff.reading.ambiguity import divided_by_product

                joint = self.joints[min(at for at in self.joints if at >= right[1])]
                raise divided_by_product(self.source, left, sign, right, joint)
            if sign.value == "%" and self.source.shown(right)[0] in "+-":
                from autodiff.reading.ambiguity import per_cent

                raise per_cent(self.source, left, right)
            if sign.value == "%" and left[3] & LITERAL and left[2] == sign.start_pos and (note := say(REMAINDER)) not in self.notes:
                self.notes.append(note)
            self._keep_whole(right, span)
            self._note_root(left, right)
        return self.tape.apply(BINARY[sign.value], (left[0], right[0]), span), start, end, 0

    def _note_root(self, left: Operand, right: Operand) -> None:
        """x^1/3 is x/3, which hardly anybody wants who writes the 1."""
        power = self.tape.nodes[left[0]]
        exponent = self.tape.nodes[power.args[1]] if isinstance(power, Apply) and power.op == "pow" else None
        if isinstance(exponent, Const) and exponent.value == 1 and self.source.shown(left).endswith(("^1", "**1")):
            text, degree = self.source.shown(left), self.source.shown(right)
            whole, read, root = f"{text}/{degree}", f"({text})/{degree}", f"{text[:-2].rstrip('*')}^(1/{degree})"
            self.notes.append(say("{formula} is {reading}; a root is {root}", formula=whole, reading=read, root=root))

    def signed(self, c: list[Any]) -> Operand:
        sign, operand = c
        span = (sign.start_pos, operand[2])
        if sign.value == "+":
            return operand[0], *span, operand[3]
        if operand[3] & LITERAL:
            node = self.tape.nodes[operand[0]]
            assert isinstance(node, Const)
            text = node.text[1:] if node.text.startswith("-") else "-" + node.text
            return self.tape.const(-node.value, text, span), *span, LITERAL
        return self.tape.apply("neg", (operand[0],), span), *span, operand[3]

    def implicit(self, c: list[Any]) -> Operand:
        left, joint, right = c
        if left[3] & (POWER | ROOTED):
            from autodiff.reading.ambiguity import after_exponent

            raise after_exponent(self.source, left, right)
        self.joints.setdefault(left[1], joint.start_pos)
        span = (left[1], right[2])
        if left[3] & LITERAL and left[2] == right[1] and self.source.plain[right[1] + 1 : right[2] - 1].isdigit():
            self._note_concise(self.source.plain[slice(*span)])
        return self.tape.apply("mul", (left[0], right[0]), span), *span, IMPLICIT | right[3] & (POWER | ROOTED)

    def _note_concise(self, text: str) -> None:
        """3(2) looks like 3 ± 2, and is a product."""
        from autodiff.reading.ambiguity import concise

        if (note := concise(text)) not in self.notes:
            self.notes.append(note)

    def power(self, c: list[Any]) -> Operand:
        base, _, exponent = c
        if base[3] & ROOTED:
            raise self._rooted(base, exponent[2], self.source.shown(exponent))
        span = (base[1], exponent[2])
        self._keep_whole(base, span)
        self._keep_whole(exponent, span)
        return self.tape.apply("pow", (base[0], exponent[0]), span), *span, POWER

    def superscript(self, c: list[Any]) -> Operand:
        base, token = c
        text = token.value.translate(SUPERSCRIPTS).lstrip("+")
        if base[3] & ROOTED:
            raise self._rooted(base, token.end_pos, text)
        span = (base[1], token.end_pos)
        self._keep_whole(base, span)
        exponent = self._literal(text, token.span)
        return self.tape.apply("pow", (base[0], exponent), span), *span, POWER

    def _rooted(self, base: Operand, end: int, exponent: str) -> FormulaError:
        from autodiff.reading.ambiguity import power_of_root

        return power_of_root(self.source, base, end, exponent)

    def _keep_whole(self, operand: Operand, around: Span) -> None:
        if operand[3] & WORD:
            name = self.source.shown(operand).lstrip("+- ")
            start = self.source.plain.index(name, operand[1])
            self.whole.setdefault(canonical(name), ((start, start + len(name)), around))

    # Calls and choices ------------------------------------------------------------------------------------------------

    def call(self, c: list[Any]) -> Operand:
        token, end, arguments = c[0], c[-1].end_pos, c[2] if len(c) == 4 else []
        span = (token.start_pos, end)
        places = tuple([operand[0] for operand in arguments])
        own = self.functions.get(canonical(token.value))
        if own is not None:
            return self._expand(own, places, span), *span, 0
        primitive = called(token.value, len(places)) or self._sigmoid(token, places)
        if primitive is None:
            raise self._unknown(token, arguments, end)
        if not accepts(primitive, len(places)):
            from autodiff.reading.calls import wrong_count

            raise wrong_count(self.source, token.value, primitive.variadic, len(primitive.names), arguments, span)
        if token.value == "log" and len(places) == 1 and not self.is_natural:
            self.is_natural = True
            self.notes.append(say(NATURAL))
        return self.tape.apply(primitive.name, places, span), *span, 0

    def _sigmoid(self, token: Lexeme, places: tuple[int, ...]) -> Primitive | None:
        """σ(x), as papers call the sigmoid; where σ is a variable too, both are meant by it, so neither is taken."""
        if canonical(token.value) not in SIGMAS or len(places) != 1:
            return None
        self.sigmas.append(token)
        note = say("{typed} is read as {meaning}", typed=f"{token.value}(x)", meaning="sigmoid(x)")
        if note not in self.notes:
            self.notes.append(note)
        return TABLE["sigmoid"]

    def _refuse_two_sigmas(self) -> None:
        for token in self.sigmas:
            name = canonical(token.value)
            if not SIGMAS.isdisjoint({*self.seen, *self.named, *self.parameters}):
                message = say("'{name}' is a variable here, and the sigmoid", name=name)
                raise self.source.refuse("E014", message, token.span, "", ("sigmoid(x)", f"{name}*(x)"))

    def _unknown(self, token: Lexeme, arguments: Sequence[Operand], end: int) -> FormulaError:
        from autodiff.reading.calls import unknown_function

        if self.signature_ is not None and self.signature_[0] == token.value:
            message = say("the function '{name}' calls itself", name=token.value)
            return self.source.refuse("E017", message, token.span, say("write the formula without recursion"))
        names = {*self.seen, *self.named, *self.parameters}
        return unknown_function(self.source, token, arguments, end, self.functions, names)

    def _expand(self, function: Function, places: tuple[int, ...], span: Span) -> int:
        if len(places) != function.arity:
            from autodiff.reading.calls import wrong_count

            raise wrong_count(self.source, function.name, False, function.arity, places, span)
        self.expanded += len(function.tape.nodes)
        if self.expanded > LIMIT:
            message = say("the functions expand to more than {limit} steps", limit=f"{LIMIT:,}")
            raise self.source.refuse("E018", message, span, say("use fewer nested calls"))

        def leaf(i: int, node: Const | Var) -> int:
            if i < function.arity:
                return places[i]
            if isinstance(node, Var) and self.outer is None and node.name in self.named:
                return self.named[node.name]
            if isinstance(node, Var) and len(node.name) > 1 and node.name.isalpha():
                if i in function.tape.scopes:
                    scope = {letter: place[at] for letter, at in function.tape.scopes[i].items()}
                    self.scopes[len(self.tape.nodes)] = scope
                return self.tape.add(node)
            return self.tape.leaf(node)

        place: list[int] = []
        self.tape.copy(function.tape, leaf, place, span)
        return place[function.tape.output]

    def test(self, c: list[Any]) -> Operand:
        self.branches.append((c[2], len(self.tape.nodes)))
        return c[2], c[0].start_pos, c[3].end_pos, 0

    def then(self, c: list[Any]) -> Operand:
        condition, start = self.branches.pop()
        self.tape.branch(start, condition, True)
        self.branches.append((condition, len(self.tape.nodes)))
        return c[0]  # type: ignore[no-any-return]

    def choice(self, c: list[Any]) -> Operand:
        test, then, other, bracket = c
        condition, start = self.branches.pop()
        self.tape.branch(start, condition, False)
        span = (test[1], bracket.end_pos)
        return self.tape.apply("if", (condition, then[0], other[0]), span), *span, 0

    def comparison(self, c: list[Any]) -> int:
        return self.tape.apply(COMPARISONS[c[1].value], (c[0][0], c[2][0]), (c[0][1], c[2][2]))

    def disjunction(self, c: list[Any]) -> int:
        return self._connect(c[1].value, c[0], c[2])

    conjunction = disjunction

    def _connect(self, word: str, left: int, right: int) -> int:
        nodes = self.tape.nodes
        return self.tape.apply(word, (left, right), (nodes[left].span[0], nodes[right].span[1]))

    def negation(self, c: list[Any]) -> int:
        return self.tape.apply("not", (c[1],), (c[0].start_pos, self.tape.nodes[c[1]].span[1]))

    def grouped(self, c: list[Any]) -> int:
        return c[1]  # type: ignore[no-any-return]


def _another(such_as: str = "") -> str:
    """The hint for a name that is taken."""
    return say("choose another name, such as {other}", other=such_as) if such_as else say("choose another name")
