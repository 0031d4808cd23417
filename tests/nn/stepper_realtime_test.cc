// SPDX-License-Identifier: Apache-2.0
// A step in a real-time thread: it asks nothing of the allocator and nothing of the kernel.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "recurra/nn/init.h"
#include "recurra/nn/linear.h"
#include "recurra/nn/recurrent.h"
#include "recurra/nn/stepper.h"

#if defined(__linux__)
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

namespace {
std::atomic<long> allocations{0};

void* counted(std::size_t size, std::size_t alignment) noexcept {
  ++allocations;
  return std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

void* counted_or_throw(std::size_t size, std::size_t alignment) {
  if (void* p = counted(size, alignment)) return p;
  throw std::bad_alloc();
}
}  // namespace

void* operator new(std::size_t size) {
  return counted_or_throw(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return counted(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return counted(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* p) noexcept {
  std::free(p);
}
void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}
void operator delete(void* p, std::align_val_t) noexcept {
  std::free(p);
}
void operator delete(void* p, std::size_t, std::align_val_t) noexcept {
  std::free(p);
}

namespace recurra {
namespace {

Tensor<float> tenths(const Shape& shape) {
  return Tensor<float>::full(shape, 0.1f);
}

/// A table of 5 rows, a layer normalisation, a GRU and another normalisation.
StreamChain chain_of_indices() {
  const Recurrent<float> gru({.cell = Cell::gru, .input_size = 7, .hidden_size = 2});
  initialize(gru.parameters(), 1);
  StreamChain chain = stream_chain(gru);
  chain.layers.insert(chain.layers.begin(), StreamLayerNorm{tenths({7}), tenths({7})});
  chain.layers.insert(chain.layers.begin(), StreamEmbedding{tenths({5, 7})});
  chain.layers.push_back(StreamLayerNorm{tenths({2}), tenths({2})});
  return chain;
}

/// Every cell, every other layer and every kind of weights, built and warm.
std::vector<Stepper> all_steppers() {
  std::vector<Stepper> steppers;
  for (const auto weights : {StreamWeights::f32, StreamWeights::f16, StreamWeights::bf16, StreamWeights::int8})
    steppers.emplace_back(chain_of_indices(), StepperOptions{.batch = 2, .weights = weights});
  steppers.push_back(steppers.back().clone());
  steppers.back().offer(steppers.front());
  for (const Cell cell : {Cell::rnn_tanh, Cell::lstm, Cell::gru}) {
    const Recurrent<float> net({.cell = cell, .input_size = 3, .hidden_size = 20, .layers = 2});
    initialize(net.parameters(), 1);
    for (const auto weights : {StreamWeights::f32, StreamWeights::f16, StreamWeights::bf16, StreamWeights::int8})
      steppers.emplace_back(net, Linear<float>(20, 2), StepperOptions{.batch = 2, .weights = weights});
    steppers.emplace_back(net, Linear<float>(20, 2),
                          StepperOptions{.batch = 2, .activation = StreamActivations::approximate});
    steppers.emplace_back(net, Linear<float>(20, 2), StepperOptions{.batch = 2, .rate_ratio = 1.5});
    steppers.push_back(steppers.back().clone());
    steppers.back().offer(Stepper(net, Linear<float>(20, 2), StepperOptions{.batch = 2}));  // taken by the first step
  }
  return steppers;
}

void use(std::vector<Stepper>& steppers) {
  const float samples[] = {0.1f, -0.2f, 0.3f, 0.4f, 0.5f, 0.6f}, indices[] = {4, 7};  // 7 is none
  for (Stepper& stepper : steppers) {
    const float* x = stepper.vocabulary() > 0 ? indices : samples;
    for (int i = 0; i < 100; ++i) stepper.step(x);
    float y[4], state[2000];
    stepper.step_block(x, y, 1);
    stepper.read_state(state);
    stepper.write_state(state);
    stepper.h(0)[0] = 0;
    stepper.reset(1);
    stepper.reset();
  }
}

TEST(RealTime, AStepAllocatesNothing) {
  auto steppers = all_steppers();
  const long before = allocations;
  EXPECT_GT(before, 0) << "the counter counts";
  use(steppers);
  EXPECT_EQ(allocations, before);
}

#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// Strict seccomp kills a process at any system call but read, write and exit.
TEST(RealTime, AStepMakesNoSystemCall) {
  const auto status_of = [](bool breaks_the_rule) {
    auto steppers = all_steppers();
    const pid_t child = fork();
    if (child == 0) {
      if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0) syscall(SYS_exit, 77);
      use(steppers);
      if (breaks_the_rule) getppid();
      syscall(SYS_exit, 0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status;
  };
  const int status = status_of(false);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) GTEST_SKIP() << "this kernel has no strict seccomp";
  EXPECT_TRUE(WIFEXITED(status)) << "killed by signal " << WTERMSIG(status);
  EXPECT_TRUE(WIFSIGNALED(status_of(true))) << "the guard does not guard";
}
#endif

}  // namespace
}  // namespace recurra
