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

/// What a new file would get; mkstemp gives less.
mode_t mode_for(const std::string& path) {
  struct stat existing;
  if (::stat(path.c_str(), &existing) == 0) return existing.st_mode & 0777;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

void sync_folder(const std::string& folder) {
  const File handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (handle.ok()) ::fsync(handle.get());
}

}  // namespace

void write_file_atomically(const std::string& path, std::string_view bytes) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  std::string temporary = path + ".XXXXXX";
  File file(::mkstemp(temporary.data()));
  const auto fail = [&](const char* action) {
    const int reason = errno;
    if (file.ok()) ::unlink(temporary.c_str());
    throw IoError(concat(path, ": cannot ", action, ": ", std::strerror(reason)));
  };
  if (!file.ok()) fail("be written");
  if (::fchmod(file.get(), mode_for(path)) != 0) fail("set its permissions");
  if (!write_all(file.get(), bytes) || ::fsync(file.get()) != 0) fail("be written");
  if (::rename(temporary.c_str(), path.c_str()) != 0) fail("be replaced");
  sync_folder(folder);
}

std::string read_file(const std::string& path, std::uint64_t max_bytes) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) throw IoError(concat(path, ": cannot be opened: ", std::strerror(errno)));
  struct stat status;
  if (::fstat(file.get(), &status) != 0) throw IoError(concat(path, ": cannot be read: ", std::strerror(errno)));
  if (S_ISDIR(status.st_mode)) throw IoError(concat(path, ": is a folder, expected a file"));
  std::string bytes;
  // A pipe has no size; a file may lie about it. So read until the end, and no further than allowed.
  for (std::string block(1 << 16, '\0');;) {
    const ssize_t count = ::read(file.get(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw IoError(concat(path, ": cannot be read: ", std::strerror(errno)));
    if (count == 0) return bytes;
    bytes.append(block, 0, static_cast<std::size_t>(count));
    if (bytes.size() > max_bytes)
      throw FormatError(concat(path, ": expected at most ", max_bytes, " bytes, found more"), max_bytes);
  }
}

}  // namespace recurra
