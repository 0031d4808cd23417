// SPDX-License-Identifier: Apache-2.0
#include "cli/files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "recurra/io/atomic_file.h"

namespace recurra {
namespace {

// What an option does with its file is the name of one of its validators: CLI11 keeps nothing else with an option.
constexpr char kRead[] = "file to read", kWritten[] = "file to write";

struct NamedFile {
  std::string option, path;
  bool written = false;
  bool given = false;  ///< not a default
};

bool is_marked(CLI::Option& option, const char* mark) {
  try {
    option.get_validator(mark);
    return true;
  } catch (const CLI::OptionNotFound&) {
    return false;
  }
}

std::vector<NamedFile> named_files(CLI::App& app) {
  std::vector<NamedFile> files;
  for (CLI::Option* option : app.get_options()) {
    const bool written = is_marked(*option, kWritten);
    if (!written && !is_marked(*option, kRead)) continue;
    const bool given = option->count() > 0;
    if (!given && !written) continue;  // only named files are read; a default may be shown in words
    for (const std::string& path : given ? option->reduced_results() : CLI::results_t{option->get_default_str()})
      if (!path.empty() && !(written && path == "-")) files.push_back({option->get_name(), path, written, given});
  }
  for (CLI::App* verb : app.get_subcommands())
    for (NamedFile& file : named_files(*verb)) files.push_back(std::move(file));
  return files;
}

/// False if there is no such file.
bool look_at(const std::string& path, struct stat& status) {
  return (path == "-" ? ::fstat(STDIN_FILENO, &status) : ::stat(path.c_str(), &status)) == 0;
}

bool same_file(const std::string& a, const std::string& b) {
  struct stat first, second;
  const bool there = look_at(a, first), also = look_at(b, second);
  if (there && also) return S_ISREG(first.st_mode) && first.st_dev == second.st_dev && first.st_ino == second.st_ino;
  return !there && !also && written_path(a) == written_path(b);
}

bool is_own_checkpoint(const NamedFile& a, const NamedFile& b) {
  return (a.option == "--checkpoint" && b.option == "--resume") ||
         (a.option == "--resume" && b.option == "--checkpoint");
}

void check_pairs(const std::vector<NamedFile>& files) {
  for (std::size_t i = 0; i < files.size(); ++i)
    for (std::size_t j = i + 1; j < files.size(); ++j) {
      const NamedFile &a = files[i], &b = files[j];
      if ((!a.written && !b.written) || is_own_checkpoint(a, b) || !same_file(a.path, b.path)) continue;
      const std::string paths = a.path == b.path ? a.path : a.path + " and " + b.path;
      throw UsageError(concat(a.option, " and ", b.option, " are one file, ", paths,
                              ", which would be lost; name another for ", b.written ? b.option : a.option));
    }
}

/// The first bytes of a regular file; empty for any other file.
std::string beginning(const std::string& path) {
  struct stat status;
  std::string bytes(16, '\0');
  if (path == "-" || !look_at(path, status) || !S_ISREG(status.st_mode)) return "";
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

/// safetensors: the size of the header in eight bytes, the last of them always zero, then JSON.
bool looks_like_a_model(const std::string& bytes) {
  return bytes.size() > 8 && bytes[7] == '\0' && bytes[8] == '{';
}

void check_order(const std::vector<NamedFile>& files) {
  const NamedFile *model = nullptr, *data = nullptr;
  for (const NamedFile& file : files) {
    if (file.option == "model") model = &file;
    if (file.option == "data") data = &file;
  }
  if (model == nullptr || data == nullptr) return;
  const std::string first = beginning(model->path);
  if (!first.empty() && !looks_like_a_model(first) && looks_like_a_model(beginning(data->path)))
    throw UsageError(concat(model->path, " is not a model file, but ", data->path,
                            " is one; the arguments look swapped: expected the model first, then the data"));
}

struct Format {
  std::string_view magic;
  const char *name, *reader;  ///< reader: the program that prints what is inside; null if none does
};

void check_format(const NamedFile& file) {
  using namespace std::string_view_literals;
  static const Format formats[] = {{"\x1f\x8b"sv, "is compressed (gzip)", "zcat"},
                                   {"BZh"sv, "is compressed (bzip2)", "bzcat"},
                                   {"\xfd\x37zXZ\0"sv, "is compressed (xz)", "xzcat"},
                                   {"\x28\xb5\x2f\xfd"sv, "is compressed (Zstandard)", "zstdcat"},
                                   {"PK\x03\x04"sv, "is a zip archive or an Excel workbook", nullptr},
                                   {"PAR1"sv, "is a Parquet file", nullptr},
                                   {"\xd0\xcf\x11\xe0"sv, "is an old Excel workbook", nullptr}};
  const std::string bytes = beginning(file.path);
  for (const Format& format : formats) {
    if (bytes.compare(0, format.magic.size(), format.magic) != 0) continue;
    throw UnsupportedError(file.path + ": " + format.name + ", expected text; " +
                           (format.reader == nullptr
                                ? "save it as CSV first"
                                : concat("try ", format.reader, " ", file.path, " | recurra ... -")));
  }
}

CLI::Option* marked(CLI::Option* option, const char* mark) {
  return option->check([](const std::string&) { return std::string(); }, "", mark);
}

}  // namespace

CLI::Option* mark_read(CLI::Option* option) {
  return marked(option, kRead);
}

CLI::Option* mark_written(CLI::Option* option) {
  return marked(option, kWritten);
}

CLI::Option* refuse_standard_output(CLI::Option* option) {
  return option->check([](const std::string& given) {
    return given == "-" ? "expected a file, found -; standard output tells the result" : std::string();
  });
}

void check_files(CLI::App& app) {
  const std::vector<NamedFile> files = named_files(app);
  check_pairs(files);
  check_order(files);
  for (const NamedFile& file : files) {
    if (file.option == "data") check_format(file);
    if (file.written && file.given) check_can_write(file.path);
  }
}

}  // namespace recurra
