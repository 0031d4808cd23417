// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <iostream>

#include "cli/command.h"

namespace recurra {
namespace {

volatile std::sig_atomic_t interrupted = 0;

/// Ctrl-C, a request to end, a terminal that is closed.
constexpr int kRequests[] = {SIGINT, SIGTERM, SIGHUP};

extern "C" void on_interrupt(int signal) {
  interrupted = 1;
  if (signal != SIGHUP)
    std::signal(signal, SIG_DFL);  // a closed terminal sends several: one from the shell, one of its own
}

/// Signals ignored at the start remain ignored: nohup, a background job of a script.
void answer_requests_with(void (*handler)(int)) {
  for (const int signal : kRequests) {
    struct sigaction now;
    if (::sigaction(signal, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) std::signal(signal, handler);
  }
}

std::string duration(double seconds) {
  const auto s = static_cast<long>(seconds + 0.5);
  return s < 100 ? fmt::format("{} s", s) : s < 6000 ? fmt::format("{} min", s / 60) : fmt::format("{} h", s / 3600);
}

}  // namespace

Progress::Progress(bool quiet) : quiet_(quiet), terminal_(::isatty(STDERR_FILENO) != 0) {
  interrupted = 0;
  answer_requests_with(on_interrupt);
}

Progress::~Progress() {
  clear_line();
  answer_requests_with(SIG_DFL);
}

void Progress::clear_line() {
  if (line_shown_) std::cerr << "\r\033[K" << std::flush;
  line_shown_ = false;
}

void Progress::on_batch(const BatchReport& r) {
  const auto now = std::chrono::steady_clock::now();
  if (quiet_ || !terminal_ || now - last_shown_ < std::chrono::milliseconds(100)) return;
  last_shown_ = now;
  line_shown_ = true;
  std::cerr << fmt::format(
                   "\r\033[Kepoch {}/{}  batch {}/{}  loss {}  gradient norm {}  {:.0f} sequences/s  at most {} left",
                   r.epoch, r.epochs, r.batch, r.batches, short_number(r.loss), short_number(r.gradient_norm),
                   r.items_per_s, duration(r.seconds_left))
            << std::flush;
}

void Progress::on_epoch(const EpochRecord& r, bool best) {
  if (quiet_) return;
  clear_line();
  const std::string validation = std::isnan(r.validation_loss) ? "" : "  validation " + short_number(r.validation_loss);
  if (r.epoch == 0) {
    std::cerr << "before training" << validation << '\n';
    return;
  }
  std::cerr << fmt::format("epoch {:>3}  training {}{}  gradient norm {} (largest {})  {:.1f} s{}\n", r.epoch,
                           short_number(r.train_loss), validation, short_number(r.gradient_norm),
                           short_number(r.largest_gradient_norm), r.seconds,
                           best && !validation.empty() ? "  best" : "");
}

void Progress::on_phase(const std::string& sentence) {
  if (quiet_) return;
  clear_line();
  std::cerr << sentence << '\n';
}

void Progress::on_note(const std::string& sentence) {
  if (quiet_) return;
  clear_line();
  std::cerr << "note: " << sentence << '\n';
}

bool Progress::stop_requested() {
  return interrupted != 0;
}

}  // namespace recurra
