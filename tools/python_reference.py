#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/reference/python.md from the stubs of the module: python_reference.py STUB [--check]

--check: writes nothing and fails if the page is out of date.
"""
import ast
import pathlib
import re
import sys

PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs" / "reference" / "python.md"
INTRODUCTION = """# The Python module

The type stubs and docstrings of `import recurra`; written by `tools/python.sh --reference`. How to use it:
[../how-to/python.md](../how-to/python.md). The letters of shapes are B batch, T time, D input, H hidden, O output, V
vocabulary. Array: any object with the buffer protocol or DLPack.
"""
TYPES = [(r"Annotated\[NDArray\[numpy\.(\w+)\], dict\(.*?\)\]", r"NDArray[\1]"), (r"(?:numpy\.typing\.)?NDArray\[numpy\.(\w+)\]", r"NDArray[\1]"),
         (r"Annotated\[NDArray, dict\(.*?\)\]", "Array"), (r"collections\.abc\.|typing\.", "")]


def short(node):
    """A type or a list of arguments in readable form."""
    text = ast.unparse(node)
    for pattern, word in TYPES:
        text = re.sub(pattern, word, text)
    return text


def head(node, name):
    """The call of a function, or a property with its type."""
    if any(ast.unparse(decorator) == "property" for decorator in node.decorator_list):
        return f"{name}: {short(node.returns)}"
    node.args.args = [argument for argument in node.args.args if argument.arg != "self"]
    returned = short(node.returns)
    return f"{name}({short(node.args)})" + (f" -> {returned}" if returned != "None" else "")


def entry(node, name):
    if any(ast.unparse(decorator).endswith(".setter") for decorator in node.decorator_list):
        return ""
    return f"\n    {head(node, name)}\n{words(node)}"


def words(node):
    text = ast.get_docstring(node)
    return f"\n{text}\n" if text else ""


def page_of(stub):
    functions, classes = [], []
    for node in ast.parse(stub).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            functions.append(entry(node, node.name))
        elif isinstance(node, ast.ClassDef):
            bases = ", ".join(ast.unparse(base) for base in node.bases)
            text = f"\n## {node.name}{f' ({bases})' if bases else ''}\n{words(node)}"
            for member in node.body:
                if isinstance(member, ast.FunctionDef) and member.name == "__init__":
                    text += entry(member, node.name)
                elif isinstance(member, ast.FunctionDef) and not member.name.startswith("_"):
                    text += entry(member, "." + member.name)
            classes.append(text)
    return INTRODUCTION + "\n## Functions\n" + "".join(functions) + "".join(classes)


def main():
    page = page_of(pathlib.Path(sys.argv[1]).read_text())
    if "--check" not in sys.argv[2:]:
        PAGE.write_text(page)
    elif not PAGE.exists() or PAGE.read_text() != page:
        sys.exit(f"{PAGE}: out of date; run: tools/python.sh --reference")


if __name__ == "__main__":
    main()
