// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/atomic_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "recurra/base/error.h"
#include "recurra/base/system_file.h"
#include "recurra/io/file_reader.h"

namespace recurra {
namespace {

[[noreturn]] void fail(const std::string& path, const char* action, int reason) {
  throw IoError(concat(path, ": cannot ", action, ": ", std::strerror(reason)));
}

std::string folder_of(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

/// The target of a write.
struct Target {
  std::string path;       ///< as written_path
  bool exists = false;    ///< an old file to replace
  bool in_place = false;  ///< a device or a pipe: it has no old content to keep, and must not be replaced by a file
  unsigned permissions = 0;
};

Target target_of(const std::string& wanted) {
  Target target{wanted};
  const std::optional<FileStatus> file = status_of(wanted);
  target.exists = file.has_value();
  if (target.exists) {
    if (file->is_folder) throw IoError(concat(wanted, ": cannot be written: it is a folder"));
    target.in_place = !file->is_file;
    target.permissions = file->permissions;
  }
  if (target.in_place) return target;
  target.path = written_path(wanted);
  const int reason = target.exists ? protection_of(target.path, folder_of(target.path)) : 0;
  if (reason != 0) fail(wanted, "be replaced: it is write-protected", reason);
  return target;
}

void write_in_place(const std::string& path, std::string_view bytes) {
  const SystemFile file = SystemFile::open_to_write(path);
  if (!file.ok() || !file.write(bytes.data(), bytes.size())) fail(path, "be written", errno);
}

// A temporary file of FILE is called FILE.PROCESS-N.tmp and is locked while it is written. The system ends a lock with
// its process, so a file that another process can lock is left over; the process number alone would not show that,
// since containers give the same ones.
constexpr char kTemporary[] = ".tmp";

bool is_temporary_of(const std::string& path, const std::string& name) {
  const std::string file = std::filesystem::path(path).filename().string() + ".";
  if (name.size() <= file.size() + std::strlen(kTemporary) || name.compare(0, file.size(), file) != 0) return false;
  const std::string rest = name.substr(file.size());
  const std::size_t dash = rest.find_first_not_of("0123456789");
  if (dash == 0 || dash == std::string::npos || rest[dash] != '-') return false;
  const std::size_t end = rest.find_first_not_of("0123456789", dash + 1);
  return end > dash + 1 && end != std::string::npos && rest.substr(end) == kTemporary;
}

void remove_left_over(const std::string& path) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder_of(path), error), end; !error && entry != end;
       entry.increment(error)) {
    if (!is_temporary_of(path, entry->path().filename().string())) continue;
    const std::string left = entry->path().string();
    const SystemFile file = SystemFile::open_to_lock(left);
    if (file.ok() && file.try_lock() == FileLock::taken) remove_file(left);
  }
}

/// A new, locked file in the folder of `path`, with the permissions that the system gives a new one. Leaves its name in
/// `temporary`. Not ok() if the system makes none; errno says why.
SystemFile create_beside(const std::string& path, std::string& temporary) {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    temporary = concat(path, '.', process_number(), '-', attempt, kTemporary);
    SystemFile file = SystemFile::create(temporary);
    if (!file.ok()) {
      if (errno != EEXIST) return file;
      continue;
    }
    // Another process may have removed it as a leftover. On a file system without locks no process does that.
    const bool taken = file.try_lock() == FileLock::held_by_another;
    const std::optional<FileStatus> status = file.status();
    if (!taken && status && status->has_name) return file;
  }
  return {};
}

}  // namespace

std::string written_path(const std::string& wanted) {
  namespace fs = std::filesystem;
  constexpr int kMaxLinks = 40;  // the limit of the system
  std::error_code error;
  fs::path path = fs::absolute(wanted, error);
  for (int links = 0; fs::is_symlink(path, error); ++links) {
    if (links == kMaxLinks) fail(wanted, "be written", ELOOP);
    path = path.parent_path() / fs::read_symlink(path, error);
  }
  const fs::path folder = fs::weakly_canonical(path.parent_path(), error);
  return (error ? path : folder / path.filename()).string();
}

void write_file_atomically(const std::string& wanted, std::string_view bytes) {
  const Target target = target_of(wanted);
  if (target.in_place) return write_in_place(wanted, bytes);
  std::string temporary;
  const SystemFile file = create_beside(target.path, temporary);
  if (!file.ok()) fail(wanted, "be written", errno);
  const auto check = [&](bool ok, const char* action) {
    if (ok) return;
    const int reason = errno;
    remove_file(temporary);
    fail(wanted, action, reason);
  };
  if (target.exists) check(file.set_permissions(target.permissions), "set its permissions");
  check(file.write(bytes.data(), bytes.size()) && file.sync(), "be written");
  check(replace_file(temporary, target.path), "be replaced");
  sync_folder(folder_of(target.path));
  remove_left_over(target.path);
}

void check_can_write(const std::string& wanted) {
  const Target target = target_of(wanted);
  if (target.in_place) {
    if (!may_write(wanted)) fail(wanted, "be written", errno);
    return;
  }
  std::string temporary;
  const SystemFile file = create_beside(target.path, temporary);
  if (!file.ok()) fail(wanted, "be written", errno);
  remove_file(temporary);
  remove_left_over(target.path);
}

std::string read_file(const std::string& path, std::uint64_t max_bytes) {
  FileReader file(path);
  std::string bytes;
  // A pipe has no size, and that of a file may be wrong. So read until the end, but no further than allowed.
  if (file.size().value_or(0) <= max_bytes) file.read(max_bytes + 1, bytes);
  if (file.size().value_or(0) > max_bytes || bytes.size() > max_bytes)
    throw FormatError(concat(path, ": expected at most ", max_bytes, " bytes, found more"), max_bytes);
  return bytes;
}

}  // namespace recurra
