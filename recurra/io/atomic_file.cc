// SPDX-License-Identifier: Apache-2.0
#include "recurra/io/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "recurra/base/error.h"
#include "recurra/io/file_reader.h"

namespace recurra {
namespace {

/// A file descriptor that closes itself.
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

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

/// A new file beside `path`, with the permissions that the system gives a new one. Leaves its name in `temporary`.
int create_beside(const std::string& path, std::string& temporary) {
  for (int attempt = 0; attempt < 1000; ++attempt) {
    temporary = concat(path, '.', ::getpid(), '-', attempt, ".tmp");
    const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0 || errno != EEXIST) return descriptor;
  }
  return -1;
}

[[noreturn]] void fail(const std::string& path, const char* action, int reason) {
  throw IoError(concat(path, ": cannot ", action, ": ", std::strerror(reason)));
}

/// A device or a pipe has no old content to keep, and must not be replaced by a file.
void write_in_place(const std::string& path, std::string_view bytes) {
  const File file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.ok() || !write_all(file.get(), bytes)) fail(path, "be written", errno);
}

void sync_folder(const std::string& folder) {
  const File handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (handle.ok()) ::fsync(handle.get());
}

}  // namespace

void write_file_atomically(const std::string& wanted, std::string_view bytes) {
  std::error_code broken;
  const std::filesystem::path real = std::filesystem::canonical(wanted, broken);  // through symbolic links
  const std::string path = broken ? wanted : real.string();
  struct stat existing;
  const bool exists = ::stat(path.c_str(), &existing) == 0;
  if (exists && !S_ISREG(existing.st_mode) && !S_ISDIR(existing.st_mode)) return write_in_place(path, bytes);

  std::string temporary;
  File file(create_beside(path, temporary));
  if (!file.ok()) fail(wanted, "be written", errno);
  const auto check = [&](bool ok, const char* action) {
    if (ok) return;
    const int reason = errno;
    ::unlink(temporary.c_str());
    fail(wanted, action, reason);
  };
  if (exists) check(::fchmod(file.get(), existing.st_mode & 0777) == 0, "set its permissions");
  check(write_all(file.get(), bytes) && ::fsync(file.get()) == 0, "be written");
  check(::rename(temporary.c_str(), path.c_str()) == 0, "be replaced");
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  sync_folder(folder.empty() ? "." : folder.string());
}

std::string read_file(const std::string& path, std::uint64_t max_bytes) {
  FileReader file(path);
  std::string bytes;
  // A pipe has no size; a file may lie about it. So read until the end, and no further than allowed.
  if (file.size().value_or(0) <= max_bytes) file.read(max_bytes + 1, bytes);
  if (file.size().value_or(0) > max_bytes || bytes.size() > max_bytes)
    throw FormatError(concat(path, ": expected at most ", max_bytes, " bytes, found more"), max_bytes);
  return bytes;
}

}  // namespace recurra
