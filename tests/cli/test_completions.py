# SPDX-License-Identifier: Apache-2.0
# The scripts that complete the command, and its manual page, know every verb and option that --help lists.
# Usage: test_completions.py RECURRA
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest


def recurra(*arguments):
    return subprocess.run([RECURRA, *arguments], capture_output=True, text=True, check=True).stdout


def verbs(path=()):
    """Each place in the command with the text of its help."""
    text = recurra(*path, "--help")
    yield path, text
    below = text.split("Subcommands:", 1)[1] if "Subcommands:" in text else ""
    for name in re.findall(r"^  (\w+)", below, re.MULTILINE):
        yield from verbs((*path, name))


class Completions(unittest.TestCase):
    def complete(self, *words):
        """What bash offers for the last word."""
        with tempfile.NamedTemporaryFile("w", suffix=".bash") as script:
            script.write(recurra("completions", "bash"))
            script.write("COMP_WORDS=(" + " ".join(f"'{word}'" for word in words) + f")\nCOMP_CWORD={len(words) - 1}\n")
            script.write('_recurra\nprintf "%s\\n" "${COMPREPLY[@]}"\n')
            script.flush()
            return subprocess.run(["bash", script.name], capture_output=True, text=True, check=True).stdout.split()

    def test_bash_offers_verbs_options_and_choices(self):
        self.assertIn("forecast", self.complete("recurra", ""))
        self.assertEqual(self.complete("recurra", "tag", "ev"), ["evaluate"])
        self.assertEqual(self.complete("recurra", "tag", "train", "--embed"), ["--embedding"])
        self.assertIn("--no-crf", self.complete("recurra", "tag", "train", "a.conll", "--no"))
        self.assertIn("--seed", self.complete("recurra", "tag", "train", "--se"))
        self.assertEqual(self.complete("recurra", "forecast", "train", "x.csv", "--strategy", "dec"), ["decoder"])
        self.assertEqual(self.complete("recurra", "completions", "--thr"), ["--threads"])

    def test_every_option_of_the_help_is_in_every_script(self):
        scripts = {shell: recurra("completions", shell) for shell in ("bash", "zsh", "fish")}
        page = recurra("man").replace("\\-", "-")
        for path, text in verbs():
            self.assertNotIn("{false}", text, path)
            for name in re.findall(r"--([a-z][a-z0-9-]+)", re.sub(r"(?m)^ {6,}.*$", "", text)):
                if name in ("help",):
                    continue
                self.assertIn(f"--{name}", scripts["bash"], path)
                self.assertIn(f"'--{name}:", scripts["zsh"], path)
                self.assertIn(f" -l {name} ", scripts["fish"], path)
                self.assertIn(f"--{name}", page, path)
            for word in path:
                for script in scripts.values():
                    self.assertIn(word, script)

    def test_the_shells_accept_the_scripts(self):
        for shell, check in (("bash", ["bash", "-n"]), ("zsh", ["zsh", "-n"]), ("fish", ["fish", "-n"])):
            if shutil.which(shell) is None:
                continue  # its script is compared with the help above
            with tempfile.NamedTemporaryFile("w") as script:
                script.write(recurra("completions", shell))
                script.flush()
                done = subprocess.run([*check, script.name], capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_manual_page_is_what_man_expects(self):
        page = recurra("man")
        self.assertTrue(page.startswith(".TH RECURRA 1"))
        for section in (".SH NAME", ".SH SYNOPSIS", ".SH RECURRA forecast train", ".SH EXIT STATUS"):
            self.assertIn(section, page)
        if shutil.which("groff"):
            done = subprocess.run(["groff", "-man", "-Tutf8", "-ww"], input=page, capture_output=True, text=True, check=True)
            self.assertEqual(done.stderr, "")


if __name__ == "__main__":
    RECURRA = os.path.abspath(sys.argv.pop(1))
    unittest.main()
