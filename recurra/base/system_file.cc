// SPDX-License-Identifier: Apache-2.0
#include "recurra/base/system_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace recurra {
namespace {

constexpr mode_t kPermissions = 0777;

FileStatus described(const struct stat& file) {
  return {S_ISREG(file.st_mode), S_ISDIR(file.st_mode), static_cast<std::uint64_t>(file.st_size),
          file.st_mode & kPermissions, file.st_nlink > 0};
}

std::byte* mapped(int descriptor, std::size_t size, int access) {
  void* bytes = ::mmap(nullptr, size, access, MAP_SHARED, descriptor, 0);
  return bytes == MAP_FAILED ? nullptr : static_cast<std::byte*>(bytes);
}

}  // namespace

SystemFile::SystemFile(SystemFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

SystemFile& SystemFile::operator=(SystemFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

SystemFile::~SystemFile() {
  if (ok()) ::close(descriptor_);
}

SystemFile SystemFile::open_to_read(const std::string& path) {
  return SystemFile(::open(path.c_str(), O_RDONLY | O_NOCTTY | O_CLOEXEC));
}

SystemFile SystemFile::open_to_write(const std::string& path) {
  return SystemFile(::open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
}

SystemFile SystemFile::open_to_lock(const std::string& path) {
  return SystemFile(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
}

SystemFile SystemFile::create(const std::string& path) {
  return SystemFile(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
}

SystemFile SystemFile::create_unnamed(const std::string& folder) {
  std::string path = folder + "/recurra-XXXXXX";
  SystemFile file(::mkstemp(path.data()));
  if (!file.ok()) return file;
  ::unlink(path.c_str());
  static_cast<void>(::fcntl(file.descriptor_, F_SETFD, FD_CLOEXEC));
  return file;
}

SystemFile SystemFile::open_to_read(const FileAddress& address) {
  SystemFile file = open_to_read(path_of(address));
  const std::optional<FileAddress> found = file.address();
  const bool same =
      found && found->device == address.device && found->inode == address.inode && found->bytes == address.bytes;
  return same ? std::move(file) : SystemFile();
}

std::optional<FileAddress> SystemFile::address() const {
  struct stat file;
  if (::fstat(descriptor_, &file) != 0) return std::nullopt;
  return FileAddress{process_number(), descriptor_, file.st_dev, file.st_ino, static_cast<std::uint64_t>(file.st_size)};
}

std::optional<FileStatus> SystemFile::status() const {
  struct stat file;
  if (::fstat(descriptor_, &file) != 0) return std::nullopt;
  return described(file);
}

bool SystemFile::is_terminal() const {
  return ::isatty(descriptor_) == 1;
}

std::ptrdiff_t SystemFile::read(void* bytes, std::size_t count) const {
  for (;;) {
    const ssize_t got = ::read(descriptor_, bytes, count);
    if (got >= 0 || errno != EINTR) return got;
  }
}

bool SystemFile::write(const void* bytes, std::size_t count) const {
  const char* next = static_cast<const char*>(bytes);
  while (count > 0) {
    const ssize_t done = ::write(descriptor_, next, count);
    if (done < 0 && errno == EINTR) continue;
    if (done == 0) errno = ENOSPC;
    if (done <= 0) return false;
    next += done;
    count -= static_cast<std::size_t>(done);
  }
  return true;
}

bool SystemFile::sync() const {
  return ::fsync(descriptor_) == 0;
}

bool SystemFile::set_permissions(unsigned permissions) const {
  return ::fchmod(descriptor_, static_cast<mode_t>(permissions)) == 0;
}

FileLock SystemFile::try_lock() const {
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return FileLock::taken;
  return errno == EWOULDBLOCK ? FileLock::held_by_another : FileLock::unavailable;
}

int SystemFile::reserve(std::size_t size) const {
  return ::posix_fallocate(descriptor_, 0, static_cast<off_t>(size));
}

std::byte* SystemFile::map(std::size_t size) const {
  return mapped(descriptor_, size, PROT_READ | PROT_WRITE);
}

std::byte* SystemFile::map_to_read(std::size_t size) const {
  return mapped(descriptor_, size, PROT_READ);
}

void SystemFile::unmap(std::byte* bytes, std::size_t size) {
  ::munmap(bytes, size);
}

std::optional<FileStatus> status_of(const std::string& path) {
  struct stat file;
  if (::stat(path.c_str(), &file) != 0) return std::nullopt;
  return described(file);
}

bool may_write(const std::string& path) {
  return ::access(path.c_str(), W_OK) == 0;
}

int protection_of(const std::string& path, const std::string& folder) {
  struct stat file, around;
  if (!may_write(path) || ::stat(path.c_str(), &file) != 0) return errno;
  if ((file.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0) return EACCES;
  const uid_t user = ::geteuid();
  const bool shared = ::stat(folder.c_str(), &around) == 0 && (around.st_mode & S_ISVTX) != 0;
  return shared && user != 0 && user != file.st_uid && user != around.st_uid ? EPERM : 0;
}

bool replace_file(const std::string& from, const std::string& to) {
  return std::rename(from.c_str(), to.c_str()) == 0;
}

bool remove_file(const std::string& path) {
  return ::unlink(path.c_str()) == 0;
}

void sync_folder(const std::string& folder) {
  const SystemFile handle = SystemFile::open_to_read(folder);
  if (handle.ok()) static_cast<void>(handle.sync());
}

std::string path_of(const FileAddress& address) {
  return "/proc/" + std::to_string(address.process) + "/fd/" + std::to_string(address.file);
}

int process_number() {
  return static_cast<int>(::getpid());
}

}  // namespace recurra
