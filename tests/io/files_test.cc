// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "recurra/base/error.h"
#include "recurra/io/atomic_file.h"
#include "recurra/io/json_reader.h"
#include "recurra/io/model_file.h"
#include "tests/error_of.h"

namespace recurra {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("recurra_files_test_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::size_t count() const { return std::distance(fs::directory_iterator(folder_), fs::directory_iterator()); }

  fs::path folder_;
};

/// Runs fn in a child process that may lower its own rights; true if it returned true.
template <class Fn>
bool in_child(Fn fn) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(fn() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST_F(Files, WritesReplaceAndLeaveNothingBehind) {
  write_file_atomically(path("a"), "old");
  ::chmod(path("a").c_str(), 0640);
  write_file_atomically(path("a"), std::string(300'000, 'n'));
  EXPECT_EQ(read_file(path("a"), 1 << 20), std::string(300'000, 'n'));
  struct stat status;
  ::stat(path("a").c_str(), &status);
  EXPECT_EQ(status.st_mode & 0777, 0640u);
  EXPECT_EQ(count(), 1u);
}

// A full disk as far as the writer can tell: the limit on file sizes makes write fail in the middle.
TEST_F(Files, AFullDiskLeavesTheOldFile) {
  write_file_atomically(path("a"), "old");
  EXPECT_TRUE(in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    return error_of([&] { write_file_atomically(path("a"), std::string(5000, 'n')); }).find("cannot be written") !=
           std::string::npos;
  }));
  EXPECT_EQ(read_file(path("a"), 100), "old");
  EXPECT_EQ(count(), 1u);
}

TEST_F(Files, AReadOnlyFolderIsAnIoError) {
  write_file_atomically(path("a"), "old");
  ::chmod(folder_.c_str(), 0555);
  EXPECT_TRUE(in_child([&] {
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) return false;  // nobody
    return error_of([&] { write_file_atomically(path("a"), "new"); }).find("Permission denied") != std::string::npos;
  }));
  ::chmod(folder_.c_str(), 0755);
  EXPECT_EQ(read_file(path("a"), 100), "old");
}

TEST_F(Files, ALinkIsFollowedAndADeviceIsNotReplaced) {
  write_file_atomically(path("a"), "old");
  std::filesystem::create_symlink(path("a"), path("link"));
  write_file_atomically(path("link"), "new");
  EXPECT_TRUE(std::filesystem::is_symlink(path("link")));
  EXPECT_EQ(read_file(path("a"), 100), "new");
  EXPECT_EQ(count(), 2u);

  if (!std::filesystem::is_character_file("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  EXPECT_NE(error_of([] { write_file_atomically("/dev/full", "new"); }).find("No space left"), std::string::npos);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
}

TEST_F(Files, ALinkToNothingMakesItsTargetAndALoopIsAnError) {
  fs::create_directory(folder_ / "deep");
  fs::create_symlink("deep/link", path("link"));
  fs::create_symlink("model", folder_ / "deep/link");
  EXPECT_EQ(written_path(path("link")), fs::canonical(folder_).string() + "/deep/model");
  write_file_atomically(path("link"), "new");
  EXPECT_TRUE(fs::is_symlink(path("link")) && fs::is_symlink(folder_ / "deep/link"));
  EXPECT_EQ(read_file(path("deep/model"), 100), "new");

  fs::create_symlink("b", path("a"));
  fs::create_symlink("a", path("b"));
  for (const auto& write : {check_can_write, +[](const std::string& to) { write_file_atomically(to, "new"); }})
    EXPECT_NE(error_of([&] { write(path("a")); }).find("Too many levels of symbolic links"), std::string::npos);
  EXPECT_TRUE(fs::is_symlink(path("a")));
}

TEST_F(Files, AWriteProtectedFileIsNotReplaced) {
  write_file_atomically(path("a"), "old");
  ::chmod(path("a").c_str(), 0444);
  for (const auto& write : {check_can_write, +[](const std::string& to) { write_file_atomically(to, "new"); }})
    EXPECT_EQ(error_of([&] { write(path("a")); }),
              path("a") + ": cannot be replaced: it is write-protected: Permission denied");
  EXPECT_EQ(read_file(path("a"), 100), "old");
  EXPECT_EQ(count(), 1u);
}

TEST_F(Files, TryingAWriteChangesNothing) {
  check_can_write(path("a"));
  EXPECT_EQ(count(), 0u);
  write_file_atomically(path("a"), "old");
  check_can_write(path("a"));
  check_can_write("/dev/null");
  EXPECT_EQ(read_file(path("a"), 100), "old");
  EXPECT_EQ(count(), 1u);
  for (const std::string& bad : {path("none/a"), path(std::string(250, 'a')), path("a/b"), folder_.string()})
    EXPECT_NE(error_of([&] { check_can_write(bad); }).find("cannot be written"), std::string::npos) << bad;
}

TEST_F(Files, WhatAKilledWriterLeftIsRemovedAndALivingOnesIsKept) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t writer = ::fork();
  if (writer == 0) {  // as a process in the middle of a write
    const int file = ::open(path("a.77-0.tmp").c_str(), O_WRONLY | O_CREAT | O_EXCL, 0666);
    const bool locked = ::flock(file, LOCK_EX) == 0;
    (void)!::write(ready[1], &locked, 1);
    ::pause();
  }
  bool locked = false;
  ASSERT_EQ(::read(ready[0], &locked, 1), 1);
  ASSERT_TRUE(locked);
  const auto own = "a." + std::to_string(::getpid()) + "-0.tmp";  // of another container, where numbers repeat
  for (const std::string& name : {std::string("a.99999999-0.tmp"), own})
    ::close(::open(path(name).c_str(), O_WRONLY | O_CREAT, 0666));
  const char* others[] = {"a.tmp", "a.1-.tmp", "a.-1.tmp", "a.1-1.tmp2", "b.1-1.tmp", "a.x1-1.tmp", "a.1-1x.tmp"};
  for (const char* name : others) ::close(::open(path(name).c_str(), O_WRONLY | O_CREAT, 0666));

  write_file_atomically(path("a"), "new");
  EXPECT_FALSE(fs::exists(path("a.99999999-0.tmp")));
  EXPECT_FALSE(fs::exists(path(own)));
  EXPECT_TRUE(fs::exists(path("a.77-0.tmp")));
  for (const char* name : others) EXPECT_TRUE(fs::exists(path(name))) << name;

  ::kill(writer, SIGKILL);
  ::waitpid(writer, nullptr, 0);
  check_can_write(path("a"));
  EXPECT_FALSE(fs::exists(path("a.77-0.tmp")));
}

TEST_F(Files, ReadingSaysWhy) {
  EXPECT_NE(error_of([&] { read_file(path("none"), 10); }).find("No such file"), std::string::npos);
  EXPECT_NE(error_of([&] { read_file(folder_.string(), 10); }).find("folder"), std::string::npos);
  write_file_atomically(path("a"), "0123456789");
  EXPECT_EQ(read_file(path("a"), 10).size(), 10u);
  EXPECT_THROW(read_file(path("a"), 9), FormatError);
}

TEST_F(Files, ModelsRoundTripAndOtherFilesAreRefused) {
  const ModelFile model{"forecast", {{"hidden", 3}}, {{"w", Tensor<float>({2}, {1, 2})}}};
  write_model(path("m"), model);
  const ModelFile back = read_model(path("m"), "forecast");
  EXPECT_EQ(back.description, model.description);
  EXPECT_EQ(back.tensors[0].second.values(), model.tensors[0].second.values());
  EXPECT_NE(
      error_of([&] { read_model(path("m"), "classify"); }).find("expected a model of task classify, found forecast"),
      std::string::npos);
  EXPECT_NE(error_of([&] { read_checkpoint(path("m")); }).find("expected a checkpoint, found a model"),
            std::string::npos);
  write_safetensors(path("foreign"), {{}, model.tensors});
  EXPECT_NE(error_of([&] { read_model(path("foreign")); }).find("not one that Recurra wrote"), std::string::npos);
  write_safetensors(path("newer"), {{{"recurra", R"({"format": 2})"}}, {}});
  EXPECT_NE(error_of([&] { read_model(path("newer")); }).find("newer"), std::string::npos);
  write_safetensors(path("damaged"), {{{"recurra", R"({"format": 1, "kind": 3})"}}, {}});
  EXPECT_NE(error_of([&] { read_model(path("damaged")); }).find("\"kind\" to be a text"), std::string::npos);
  const std::vector<std::string> evils = {
      R"({"format": 1, "format": 1})", R"({"format": 0})", R"({"format": 1e999})",
      R"({"format": 1, "kind": "model", "task": "t", "description": )" + std::string(1'000'000, '[')};
  for (const std::string& evil : evils) {
    write_safetensors(path("evil"), {{{"recurra", evil}}, {}});
    EXPECT_THROW(read_model(path("evil")), FormatError) << evil.substr(0, 60);
  }
  std::string deep = R"({"format": 1, "kind": "model", "task": "t", "description": )";
  for (int i = 0; i < 200'000; ++i) deep += R"({"a":)";
  deep += "1" + std::string(200'001, '}');
  write_safetensors(path("deep"), {{{"recurra", deep}}, {}});
  EXPECT_NE(error_of([&] { read_model(path("deep")); }).find("nested"), std::string::npos);
  EXPECT_THROW(write_model(path("latin"), {"t", {{"name", "temp\xE9"}}, {}}), ValueError);
}

// Each of these would be read until memory or patience ends, were it not refused by its first bytes.
TEST_F(Files, AnEndlessFileIsRefusedByItsFirstBytes) {
  for (const std::string device : {"/dev/zero", "/dev/urandom"}) {
    if (!fs::is_character_file(device)) GTEST_SKIP() << "no " << device << " here";
    EXPECT_NE(error_of([&] { read_model(device); }).find("no safetensors file?"), std::string::npos);
  }
  write_file_atomically(path("huge"), "");
  fs::resize_file(path("huge"), std::uint64_t{1} << 40);  // takes no space: all of it is one hole
  EXPECT_NE(error_of([&] { read_model(path("huge")); }).find("the header claims 0 bytes"), std::string::npos);
  EXPECT_NE(error_of([&] { read_file(path("huge"), 1000); }).find("at most 1000 bytes"), std::string::npos);
}

TEST_F(Files, APipeIsReadAsFarAsItsHeaderGoes) {
  const std::string model = model_bytes({"t", nlohmann::json::object(), {{"w", Tensor<float>({2}, {1, 2})}}});
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  const auto through_pipe = [&](const std::string& behind) {
    const pid_t writer = ::fork();
    if (writer == 0) {
      ::signal(SIGPIPE, SIG_IGN);
      const int end = ::open(path("pipe").c_str(), O_WRONLY);
      bool open = ::write(end, model.data(), model.size()) == static_cast<ssize_t>(model.size());
      while (open && !behind.empty()) open = ::write(end, behind.data(), behind.size()) > 0;  // for ever
      ::_exit(0);
    }
    const std::string complaint = error_of([&] { EXPECT_EQ(read_model(path("pipe")).tensors.size(), 1u); });
    ::waitpid(writer, nullptr, 0);
    return complaint;
  };
  EXPECT_EQ(through_pipe(""), "no error");
  EXPECT_NE(through_pipe("more").find("belong to no tensor"), std::string::npos);
}

TEST_F(Files, WhatCouldNotBeReadIsNotWritten) {
  const auto with = [](const nlohmann::json& x) { return ModelFile{"t", {{"a", {{"list", {1, x}}}}}, {}}; };
  EXPECT_EQ(error_of([&] { write_model(path("m"), with(INFINITY)); }),
            "model file: description.a.list[1] is inf, expected a finite number");
  EXPECT_NE(error_of([&] { write_checkpoint(path("m"), with(NAN)); }), "no error");
  EXPECT_NE(error_of([&] { write_model(path("m"), with("caf\xE9")); }).find("description.a.list[1] is not UTF-8"),
            std::string::npos);
  EXPECT_EQ(error_of([&] { write_model(path("m"), with(nullptr)); }), "no error");
  const ModelFile diverged{"t", nlohmann::json::object(), {{"w", Tensor<float>({3}, {1, -INFINITY, NAN})}}};
  EXPECT_NE(error_of([&] { write_model(path("d"), diverged); }).find("tensor \"w\" holds -inf at element 1"),
            std::string::npos);
  EXPECT_FALSE(fs::exists(path("d")));
}

TEST_F(Files, WeightsThatAreNotFiniteAreRefused) {
  for (const float bad : {INFINITY, NAN}) {
    const std::string header = R"({"format": 1, "kind": "model", "task": "t", "description": {}})";
    write_safetensors(path("bad"), {{{"recurra", header}},
                                    {{"fine", Tensor<float>({1})}, {"head.weight", Tensor<float>({2}, {0, bad})}}});
    EXPECT_NE(error_of([&] {
                read_model(path("bad"));
              }).find(concat("bad: tensor \"head.weight\" holds ", std::isnan(bad) ? "NaN" : "inf", " at element 1")),
              std::string::npos);
  }
}

TEST(JsonReader, NamesThePlace) {
  const auto json = nlohmann::json::parse(
      R"({"n": 7, "big": 18446744073709551615, "x": 1.5, "t": "a", "list": [1, "b"], "o": {"p": -1}})");
  const JsonReader reader(json, "m.safetensors");
  EXPECT_EQ(reader.integer("n", 1, 10), 7);
  EXPECT_EQ(reader.one_of("t", Names<int>{{"b", 7}, {"a", 3}}), 3);
  EXPECT_EQ(error_of([&] { reader.integer("n", 8, 10); }), "m.safetensors: expected \"n\" from 8 to 10, found 7");
  EXPECT_EQ(error_of([&] { reader.integer("m", 8, 10); }), "m.safetensors: \"m\" is missing");
  EXPECT_EQ(error_of([&] { reader.child("o").integer("p", 0, 1); }),
            "m.safetensors.o: expected \"p\" from 0 to 1, found -1");
  EXPECT_NE(error_of([&] { reader.integer("big", 0, 1); }), "no error");
  EXPECT_NE(error_of([&] { reader.integer("x", 0, 9); }).find("whole number"), std::string::npos);
  EXPECT_NE(error_of([&] { reader.texts("list"); }), "no error");
  EXPECT_NE(error_of([&] {
              reader.one_of("t", Names<int>{{"b", 7}, {"c", 3}});
            }).find("one of b, c, found \"a\""),
            std::string::npos);
}

}  // namespace
}  // namespace recurra
