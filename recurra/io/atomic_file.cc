// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/atomic_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>

#include "recurra/base/error.h"
#include "recurra/io/file_reader.h"

namespace recurra {
namespace {

/// A file descriptor that closes itself.
class File {
 public:
  explicit File(int descriptor = -1) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

  bool ok() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

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
  mode_t permissions = 0;
};

/// Why the file must not be replaced (errno); 0 if it may be. A file without any permission to write is protected
/// from the superuser too: a write creates another file, which would be writable.
int protection(const std::string& path, const struct stat& file) {
  if (::access(path.c_str(), W_OK) != 0) return errno;
  if ((file.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0) return EACCES;
  struct stat folder;
  const uid_t user = ::geteuid();
  const bool shared = ::stat(folder_of(path).c_str(), &folder) == 0 && (folder.st_mode & S_ISVTX) != 0;
  return shared && user != 0 && user != file.st_uid && user != folder.st_uid ? EPERM : 0;
}

Target target_of(const std::string& wanted) {
  Target target{wanted};
  struct stat file;
  target.exists = ::stat(wanted.c_str(), &file) == 0;
  if (target.exists) {
    if (S_ISDIR(file.st_mode)) throw IoError(concat(wanted, ": cannot be written: it is a folder"));
    target.in_place = !S_ISREG(file.st_mode);
    target.permissions = file.st_mode & 0777;
  }
  if (target.in_place) return target;
  target.path = written_path(wanted);
  const int reason = target.exists ? protection(target.path, file) : 0;
  if (reason != 0) fail(wanted, "be replaced: it is write-protected", reason);
  return target;
}

void write_in_place(const std::string& path, std::string_view bytes) {
  const File file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.ok() || !write_all(file.get(), bytes)) fail(path, "be written", errno);
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
  const std::string folder = folder_of(path);
  const std::unique_ptr<DIR, int (*)(DIR*)> names(::opendir(folder.c_str()), ::closedir);
  if (!names) return;
  while (const dirent* entry = ::readdir(names.get())) {
    if (!is_temporary_of(path, entry->d_name)) continue;
    const std::string left = folder + "/" + entry->d_name;
    const File file(::open(left.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (file.ok() && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0) ::unlink(left.c_str());
  }
}

/// A new, locked file in the folder of `path`, with the permissions that the system gives a new one. Leaves its name in
/// `temporary`. Not ok() if the system makes none; errno says why.
File create_beside(const std::string& path, std::string& temporary) {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    temporary = concat(path, '.', ::getpid(), '-', attempt, kTemporary);
    File file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!file.ok()) {
      if (errno != EEXIST) return file;
      continue;
    }
    // Another process may have removed it as a leftover. On a file system without locks no process does that.
    const bool taken = ::flock(file.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    struct stat status;
    if (!taken && ::fstat(file.get(), &status) == 0 && status.st_nlink > 0) return file;
  }
  return File();
}

void sync_folder(const std::string& folder) {
  const File handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (handle.ok()) ::fsync(handle.get());
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
  const File file = create_beside(target.path, temporary);
  if (!file.ok()) fail(wanted, "be written", errno);
  const auto check = [&](bool ok, const char* action) {
    if (ok) return;
    const int reason = errno;
    ::unlink(temporary.c_str());
    fail(wanted, action, reason);
  };
  if (target.exists) check(::fchmod(file.get(), target.permissions) == 0, "set its permissions");
  check(write_all(file.get(), bytes) && ::fsync(file.get()) == 0, "be written");
  check(::rename(temporary.c_str(), target.path.c_str()) == 0, "be replaced");
  sync_folder(folder_of(target.path));
  remove_left_over(target.path);
}

void check_can_write(const std::string& wanted) {
  const Target target = target_of(wanted);
  if (target.in_place) {
    if (::access(wanted.c_str(), W_OK) != 0) fail(wanted, "be written", errno);
    return;
  }
  std::string temporary;
  const File file = create_beside(target.path, temporary);
  if (!file.ok()) fail(wanted, "be written", errno);
  ::unlink(temporary.c_str());
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
