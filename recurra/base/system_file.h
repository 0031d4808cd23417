// SPDX-License-Identifier: Apache-2.0
// Files as the operating system has them: an open file, and what the library asks of a path. Every other file of the
// library is portable C++ (tools/check_layers), so a port to another system rewrites system_file.cc. What fails says so
// by its result and leaves the reason in errno; nothing throws. Example:
//
//   auto first_byte_of = [](const std::string& path) {
//     const recurra::SystemFile file = recurra::SystemFile::open_to_read(path);
//     char byte = 0;
//     return file.ok() && file.read(&byte, 1) == 1 ? byte : '?';
//   };
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace recurra {

struct FileStatus {
  bool is_file = false, is_folder = false;  ///< neither: a device, a pipe, ...
  std::uint64_t size_bytes = 0;
  unsigned permissions = 0;  ///< as the system counts them
  bool has_name = true;      ///< false for an open file that has been removed
};

/// Where processes of this machine find a file that another has open, while it has: /proc/PROCESS/fd/FILE.
struct FileAddress {
  std::int64_t process = 0, file = -1;
  std::uint64_t device = 0, inode = 0, bytes = 0;  ///< by which the file is known again
};

enum class FileLock { taken, held_by_another, unavailable };

/// An open file, closed by the destructor, or none.
class SystemFile {
 public:
  SystemFile() = default;
  SystemFile(SystemFile&& other) noexcept;
  SystemFile& operator=(SystemFile&& other) noexcept;
  ~SystemFile();

  static SystemFile open_to_read(const std::string& path);
  /// One that exists, such as a device; its content stays.
  static SystemFile open_to_write(const std::string& path);
  /// One to lock: not the target of a link, without waiting for the other end of a pipe.
  static SystemFile open_to_lock(const std::string& path);
  /// A new one to write, with the permissions that the system gives it; errno is EEXIST if there is one.
  static SystemFile create(const std::string& path);
  /// A new one to read and write in `folder`, without a name, so that nothing is left behind.
  static SystemFile create_unnamed(const std::string& folder);

  /// The file of another process, if it is still there and the same.
  static SystemFile open_to_read(const FileAddress& address);

  bool ok() const { return descriptor_ >= 0; }
  std::optional<FileStatus> status() const;
  std::optional<FileAddress> address() const;
  bool is_terminal() const;
  /// Returns the number of bytes read, 0 at the end, or -1.
  std::ptrdiff_t read(void* bytes, std::size_t count) const;
  /// Writes all of the bytes.
  bool write(const void* bytes, std::size_t count) const;
  /// Returns when the content is on the disk.
  bool sync() const;
  bool set_permissions(unsigned permissions) const;
  /// Tries to lock the file for this process alone, until it is closed or the process ends.
  FileLock try_lock() const;
  /// Makes the file `size` bytes long and reserves the disk space for them. Returns 0 or the reason.
  int reserve(std::size_t size) const;
  /// The first `size` bytes as memory that is written back to the file; null if it fails.
  std::byte* map(std::size_t size) const;
  /// The same of a file that is open to be read: a write into it ends the process.
  std::byte* map_to_read(std::size_t size) const;
  static void unmap(std::byte* bytes, std::size_t size);

 private:
  explicit SystemFile(int descriptor) : descriptor_(descriptor) {}

  int descriptor_ = -1;
};

/// Follows links; empty if there is nothing.
std::optional<FileStatus> status_of(const std::string& path);
/// Whether this process may write to the file.
bool may_write(const std::string& path);
/// Why the file at `path` in `folder` must not be replaced by another, or 0. A file without any permission to write is
/// protected from the superuser too: a write creates another file, which would be writable.
int protection_of(const std::string& path, const std::string& folder);
/// Renames a file, replacing one of that name.
bool replace_file(const std::string& from, const std::string& to);
bool remove_file(const std::string& path);
/// Returns when the names in the folder are on the disk, as far as the system can tell.
void sync_folder(const std::string& folder);
/// By which messages name it.
std::string path_of(const FileAddress& address);
/// Of this process, among those that run now.
int process_number();

}  // namespace recurra
