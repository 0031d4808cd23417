// SPDX-License-Identifier: Apache-2.0
// Every optimiser's update against its twin in double, for every size of the last vector. Whether the twin follows
// PyTorch is tested in tests/optim.
#include "recurra/kernels/optimizer_steps.h"

#include <functional>

#include "tests/kernels/guarded.h"

namespace recurra::kernels {
namespace {

template <class T>
struct Update {
  const char* name;
  std::function<void(const OptimizerSpan<T>&)> run;
};
template <class T>
std::vector<Update<T>> updates() {
  const auto t = [](double x) { return static_cast<T>(static_cast<float>(x)); };
  return {{"sgd",
           [=](const auto& s) {
             sgd_step<T>(s, {t(0.1), t(0.9), t(0.01)});
           }},
          {"rmsprop",
           [=](const auto& s) {
             rmsprop_step<T>(s, {t(0.1), t(0.99), t(1e-3), t(0.01)});
           }},
          {"adam", [=](const auto& s) {
             adam_step<T>(s, {t(0.1), t(0.9), t(0.999), t(1e-3), t(10), t(1000), t(0.01), t(0.99)});
           }}};
}

/// parameters, gradients, first and second moment
template <class T>
struct Numbers {
  Guarded<T> of[4];
  explicit Numbers(Index count)
      : of{Guarded<T>(wave<T>(count, 0.1)), Guarded<T>(wave<T>(count, 0.4)), Guarded<T>(wave<T>(count, 0.7)),
           Guarded<T>(wave<T>(count, 0.9))} {
    for (Index i = 0; i < count; ++i) of[3][i] = std::abs(of[3][i]);  // a mean of squares
  }
  OptimizerSpan<T> span(Index count) { return {count, of[0].data(), of[1].data(), of[2].data(), of[3].data()}; }
};

class OptimizerSteps : public OnEveryIsa {
 protected:
  template <class Spoil>
  static void compare(std::size_t which, Index count, Spoil spoil) {
    Numbers<float> found(count);
    Numbers<double> expected(count);
    spoil(found);
    spoil(expected);
    updates<float>()[which].run(found.span(count));
    updates<double>()[which].run(expected.span(count));
    for (int n = 0; n < 4; ++n) {
      for (Index i = 0; i < count; ++i)
        ASSERT_TRUE(agrees(found.of[n][i], expected.of[n][i], 1e-6 * (1 + std::abs(expected.of[n][i]))))
            << updates<float>()[which].name << " numbers " << n << " at " << i << " of " << count;
      ASSERT_TRUE(found.of[n].untouched_but([&](Index i) { return i < count; }));
    }
  }
};

TEST_P(OptimizerSteps, AgreeWithDoubleForEverySize) {
  const Index lanes = plan_panels<float>(1, 1).lanes;
  for (std::size_t which = 0; which < updates<float>().size(); ++which)
    for (Index count = 0; count <= 2 * lanes + 1; ++count) ASSERT_NO_FATAL_FAILURE(compare(which, count, [](auto&) {}));
}

TEST_P(OptimizerSteps, NanInfinityAndDenormalsStayWithTheirElement) {
  const Index lanes = plan_panels<float>(1, 1).lanes, count = lanes + 1;
  for (std::size_t which = 0; which < updates<float>().size(); ++which)
    for (const int n : {0, 1})
      for (const float special : kSpecials)
        for (const Index i : {Index{0}, count - 1})
          ASSERT_NO_FATAL_FAILURE(compare(which, count, [&](auto& numbers) { numbers.of[n][i] = special; }));
}

INSTANTIATE_TEST_SUITE_P(EveryIsa, OptimizerSteps, testing::ValuesIn(every_isa()), isa_name);

}  // namespace
}  // namespace recurra::kernels
