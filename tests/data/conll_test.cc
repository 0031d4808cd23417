// SPDX-License-Identifier: Apache-2.0
#include "recurra/data/conll.h"

#include <gtest/gtest.h>

namespace recurra {
namespace {

using Sentences = std::vector<std::vector<std::string>>;

TaggedSentences conll(const std::string& text, const ConllColumns& columns = {}) {
  std::istringstream in(text);
  return read_conll(in, "x.conll", columns);
}

std::string conll_error(const std::string& text, const ConllColumns& columns = {}) {
  try {
    conll(text, columns);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Conll, ReadsTabsSpacesAndBlankLines) {
  const auto set = conll(
      "\xEF\xBB\xBF"
      "Anna\tB-PER\r\nsings O\n \n\n\nBob B-PER");
  EXPECT_EQ(set.tokens, (Sentences{{"Anna", "sings"}, {"Bob"}}));
  EXPECT_EQ(set.tags[0], (std::vector<std::string>{"B-PER", "O"}));
  EXPECT_EQ(set.total_tokens(), 3);
  EXPECT_TRUE(set.notes.empty());
  EXPECT_EQ(conll("a\nb\n").tags[0], (std::vector<std::string>{"", ""}));
}

TEST(Conll, ReadsFourColumnsAndSkipsDocumentStarts) {
  const std::string text =
      "-DOCSTART- -X- -X- O\n\nAnna NNP B-NP B-PER\nsings VBZ B-VP O\n\n-DOCSTART- -X- O O\n\nRome NNP B-NP B-LOC\n";
  const auto set = conll(text);
  EXPECT_EQ(set.tokens, (Sentences{{"Anna", "sings"}, {"Rome"}}));
  EXPECT_EQ(set.tags, (Sentences{{"B-PER", "O"}, {"B-LOC"}}));
  EXPECT_EQ(set.notes,
            (std::vector<std::string>{"x.conll: 4 columns; tokens from column 1 (word), tags from column 4 (ner)",
                                      "x.conll: skipped 2 -DOCSTART- lines"}));
  EXPECT_EQ(conll(text, {.tag = "pos"}).tags[1], std::vector<std::string>{"NNP"});
  EXPECT_EQ(conll(text, {.token = "2", .tag = "1"}).tokens[1], std::vector<std::string>{"NNP"});
}

constexpr const char* kTree =
    "# sent_id = 1\n# text = Vamos al mar\n"
    "1\tVamos\tir\tVERB\tV\tMood=Ind\t0\troot\t_\t_\n"
    "2-3\tal\t_\t_\t_\t_\t_\t_\t_\t_\n"
    "2\ta\ta\tADP\t_\t_\t4\tcase\t_\t_\n"
    "3\tel\tel\tDET\tD\t_\t4\tdet\t_\t_\n"
    "3.1\t_\t_\tNOUN\t_\t_\t_\t_\t_\t_\n"
    "4\tmar 1\tmar\tNOUN\tN\t_\t1\tobl\t_\t_\n\n"
    "# sent_id = 2\n1\t#\t#\tSYM\tS\t_\t0\troot\t_\t_\n";

TEST(Conll, ReadsUniversalDependencies) {
  const auto set = conll(kTree);
  EXPECT_EQ(set.tokens, (Sentences{{"Vamos", "a", "el",
                                    "mar\xC2\xA0"
                                    "1"},
                                   {"#"}}));
  EXPECT_EQ(set.tags, (Sentences{{"VERB", "ADP", "DET", "NOUN"}, {"SYM"}}));
  EXPECT_EQ(
      set.notes,
      (std::vector<std::string>{
          "x.conll: 10 columns, numbered tokens as in CoNLL-U; tokens from column 2 (form), tags from column 4 (upos)",
          "x.conll: skipped 3 comment lines, 1 multiword token, 1 empty node",
          "x.conll: 1 tokens hold blanks, read as no-break spaces"}));
  EXPECT_EQ(conll(kTree, {.tag = "XPOS"}).tags[0], (std::vector<std::string>{"V", "", "D", "N"}));  // _ is no tag
  EXPECT_EQ(conll(kTree, {.tag = "feats"}).tags[0], (std::vector<std::string>{"Mood=Ind", "_", "_", "_"}));
  EXPECT_EQ(conll(kTree, {.token = "lemma"}).tokens[0][0], "ir");
}

TEST(Conll, CountsTokensOnlyWhereEverySentenceDoes) {
  EXPECT_EQ(conll("1\tAnna\tAnna\tPROPN\n2\tsees\tsee\tVERB\n").tags[0], (std::vector<std::string>{"PROPN", "VERB"}));
  EXPECT_EQ(conll("1 Anna B-PER\n2 sings O\n\n1 Bob B-PER\n").tokens, (Sentences{{"Anna", "sings"}, {"Bob"}}));
  EXPECT_EQ(conll("1 CD B-NP\n\nAnna NNP B-NP\n").tokens, (Sentences{{"1"}, {"Anna"}}));
  EXPECT_EQ(conll("# global.columns = ID FORM MWE\n1\tAnna\t*\n").tags[0], std::vector<std::string>{"*"});
}

TEST(Conll, ALineWithASharpSignIsACommentOnlyIfItIsNoToken) {
  const auto set = conll("# a comment of words\n# O\n#tag O\nend O\n");
  EXPECT_EQ(set.tokens, (Sentences{{"#", "#tag", "end"}}));
  EXPECT_EQ(set.notes, std::vector<std::string>{"x.conll: skipped 1 comment line"});
  EXPECT_EQ(conll("#\n").tokens, Sentences{{"#"}});
}

TEST(Conll, RefusesWhatDoesNotFitAndNamesTheLine) {
  EXPECT_EQ(conll_error("a x\n\nb\n"), "x.conll line 3: expected 2 columns as in the first line, found 1, 'b'");
  EXPECT_EQ(conll_error("a x\nb c d\n"), "x.conll line 2: expected 2 columns as in the first line, found 3, 'b' ...");
  EXPECT_EQ(conll_error("\n \n"), "x.conll: there is no token");
  EXPECT_EQ(conll_error("# only\n\n-DOCSTART- O\n"), "x.conll: there is no token");
  EXPECT_EQ(conll_error("\tO\na\tO\n"), "x.conll line 1: the token column 1 is empty");
  EXPECT_EQ(conll_error("a x\nb\xFF y\n"), "x.conll line 2: the text is not UTF-8; convert the file to UTF-8");
  EXPECT_EQ(conll_error("a b c d\n", {.tag = "5"}), "x.conll: the tag column 5 is not there; the file has 4 columns");
  EXPECT_EQ(conll_error(kTree, {.tag = "pos"}),
            "x.conll: there is no tag column 'pos'; expected a number from 1 to 10, or one of id, form, lemma, upos, "
            "xpos, feats, head, deprel, deps, misc");
}

}  // namespace
}  // namespace recurra
