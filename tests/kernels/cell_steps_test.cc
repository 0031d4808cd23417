// SPDX-License-Identifier: Apache-2.0
// The gate arithmetic of every cell, forward and backward, against its twin in double: every size of the last panel,
// rows that are not next to each other, numbers that are none. What the twin computes is tested in tests/ops.
#include "recurra/kernels/cell_forms.h"

#include <map>

#include "tests/kernels/guarded.h"
#include "tests/recurrent_cells.h"

namespace recurra::kernels {
namespace {

/// The kernels of a cell: of a step, and of what follows the product of late gates.
enum class Phase { forward, backward, late_forward, late_backward };
constexpr Phase kPhases[] = {Phase::forward, Phase::backward, Phase::late_forward, Phase::late_backward};

bool is_backward(Phase phase) {
  return phase == Phase::backward || phase == Phase::late_backward;
}

/// A buffer of a step: rows of gates (interleaved as the plan says), rows of units, rows of one late gate, as far apart
/// as those of gates, the three rows of peepholes, or what a layer normalisation keeps of a row and its parameters.
enum class Rows { gates, units, late, peepholes, scales, norms };
struct Role {
  const char* name;
  Rows rows;
  bool read, written;
};

/// What the table says of a cell's buffers in one phase.
std::vector<Role> roles(const CellForm& cell, Phase phase) {
  using enum StepBuffer;
  const struct {
    StepBuffer buffer;
    const char* name;
    Rows rows;
  } all[] = {{gates, "gates", Rows::gates},
             {recurrent, "recurrent", Rows::gates},
             {late, "late", Rows::late},
             {h_prev, "h_prev", Rows::units},
             {c_prev, "c_prev", Rows::units},
             {n_prev, "n_prev", Rows::units},
             {m_prev, "m_prev", Rows::units},
             {c, "c", Rows::units},
             {n, "n", Rows::units},
             {m, "m", Rows::units},
             {forget_derivative, "forget_derivative", Rows::units},
             {h, "h", Rows::units},
             {n_recurrent, "n_recurrent", Rows::units},
             {reset_h, "reset_h", Rows::units},
             {from_x, "from_x", Rows::gates},
             {from_h, "from_h", Rows::gates},
             {scales, "scales", Rows::scales},
             {dy, "dy", Rows::units},
             {dh, "dh", Rows::units},
             {dc, "dc", Rows::units},
             {dn, "dn", Rows::units},
             {dm, "dm", Rows::units},
             {d_reset_h, "d_reset_h", Rows::units},
             {peephole, "peephole", Rows::peepholes},
             {norms, "norms", Rows::norms},
             {da, "da", Rows::gates},
             {da_late, "da_late", Rows::late},
             {da_recurrent, "da_recurrent", Rows::gates},
             {da_new, "da_new", Rows::units},
             {d_sums, "d_sums", Rows::gates},
             {d_normed, "d_normed", Rows::units}};
  static_assert(std::size(all) == kStepBuffers);
  const CellRow& row = cell.row();
  const StepUse& use = phase == Phase::forward        ? row.forward
                       : phase == Phase::backward     ? row.backward
                       : phase == Phase::late_forward ? row.late_forward
                                                      : row.late_backward;
  std::vector<Role> out;
  for (const auto& [buffer, name, rows] : all)
    if (use.has(buffer)) out.push_back({name, rows, use.reads.has(buffer), use.writes.has(buffer)});
  return out;
}

int early_gates(const CellForm& cell) {
  return cell.row().gate_count() - cell.row().late_gates();
}

/// One element of a step, whatever the layout.
struct Place {
  Index row;
  int gate;
  Index unit;
};

template <class T>
class Step {
 public:
  /// The kernel is called for `together` panels at a time.
  Step(const CellForm& cell, Phase phase, Index units, Index rows, Index together)
      : cell_(cell), phase_(phase), rows_(rows), together_(together), plan_(plan_panels<T>(units, early_gates(cell))) {
    if (cell.row().takes_whole_rows()) together_ = std::max<Index>(plan_.panels(), 1);
    for (const Role& role : roles(cell, phase)) {
      buffers_.emplace(role.name, Guarded<T>(count(role.rows) * stride(role.rows)));
      // A kernel with a late part leaves some gates' gradients to the other.
      if (!role.read && role.rows == Rows::gates) for_each(role.rows, [&](const Place& place) { at(role, place) = 0; });
      if (!role.read) continue;
      const double start = 0.3 * static_cast<double>(buffers_.size());
      for_each(role.rows, [&](const Place& place) {
        const double i = static_cast<double>((place.row * 5 + place.gate) * 7 + place.unit);
        at(role, place) = static_cast<float>(0.9 * std::sin(0.7 * i + start));
        // A normaliser that remembers anything is at least 1.
        if (role.name == std::string("n") || role.name == std::string("n_prev")) at(role, place) += 2;
        // Activations of gates: sigmoid's are positive.
        if (is_backward(phase) && role.rows == Rows::gates) at(role, place) = std::abs(at(role, place));
      });
      // The kernels compute with the padding inside a block of units, and never use it.
      if (role.rows == Rows::gates) fill_padding(role);
    }
  }

  template <class Fn>
  void for_each(Rows rows, Fn fn) const {
    for (Index row = 0; row < count(rows); ++row)
      for (int gate = 0; gate < (rows == Rows::gates ? plan_.gates : 1); ++gate)
        for (Index unit = 0; unit < width(rows); ++unit) fn(Place{row, gate, unit});
  }
  Index width(Rows rows) const { return rows == Rows::scales ? (plan_.units > 0 ? kNormScales : 0) : plan_.units; }
  T& at(const Role& role, const Place& place) { return buffers_.at(role.name)[index(role, place)]; }

  void run() {
    for (Index p = 0; p < plan_.panels(); p += together_) is_backward(phase_) ? run_backward(p) : run_forward(p);
  }

  /// What the outputs do not cover must be as it was.
  testing::AssertionResult kept_the_rest() {
    for (const Role& role : roles(cell_, phase_)) {
      const Index row = stride(role.rows), used = role.rows == Rows::gates ? plan_.columns() : width(role.rows);
      const bool dense = std::string(role.name) == "recurrent";  // no gaps between its rows
      const auto may = [&](Index i) { return dense || i % row < used; };
      if (!buffers_.at(role.name).untouched_but(may))
        return testing::AssertionFailure() << "stray write in " << role.name;
    }
    return testing::AssertionSuccess();
  }

 private:
  Index stride(Rows rows) const {
    if (rows == Rows::scales) return kNormScales;
    if (rows == Rows::norms) return plan_.units;
    return rows == Rows::gates || rows == Rows::late ? plan_.panels() * plan_.panel_width() + 5 : plan_.units + 3;
  }
  Index count(Rows rows) const {
    return rows == Rows::peepholes ? 3 : rows == Rows::norms ? Index{kNormParameters} : rows_;
  }
  PanelPlan part(Index p) const { return plan_.part(p, std::min(p + together_, plan_.panels())); }
  /// GRU's recurrent sums come a part at a time, rows as wide as the part; all others as wide rows.
  Index index(const Role& role, const Place& place) const {
    if (role.rows != Rows::gates) return place.row * stride(role.rows) + place.unit;
    const Index column = plan_.column(place.gate, place.unit);
    if (std::string(role.name) != "recurrent") return place.row * stride(Rows::gates) + column;
    const Index p = column / plan_.panel_width() / together_ * together_, first = p * plan_.panel_width();
    return first * rows_ + place.row * part(p).columns() + column - first;
  }
  void fill_padding(const Role& role) {
    for (Index row = 0; row < rows_; ++row)
      for (Index unit = plan_.units; plan_.gates > 1 && unit < plan_.padded_units(); ++unit)
        for (int gate = 0; gate < plan_.gates; ++gate) at(role, {row, gate, unit}) = 0;
  }
  /// Where panel p begins, or null where the cell has no such buffer.
  T* from(const char* name, Rows rows, Index p) {
    const auto found = buffers_.find(name);
    if (found == buffers_.end()) return nullptr;
    if (std::string(name) == "recurrent") return found->second.data() + p * rows_ * plan_.panel_width();
    return found->second.data() + p * (rows == Rows::gates ? plan_.panel_width() : plan_.panel_units());
  }
  void run_forward(Index p) {
    ForwardStep<T> step{.rows = rows_, .gates_stride = stride(Rows::gates), .stride = stride(Rows::units)};
    step.gates = from("gates", Rows::gates, p), step.recurrent = from("recurrent", Rows::gates, p);
    step.h_prev = from("h_prev", Rows::units, p), step.c_prev = from("c_prev", Rows::units, p);
    step.c = from("c", Rows::units, p), step.h = from("h", Rows::units, p);
    step.n_prev = from("n_prev", Rows::units, p), step.m_prev = from("m_prev", Rows::units, p);
    step.n = from("n", Rows::units, p), step.m = from("m", Rows::units, p);
    step.forget_derivative = from("forget_derivative", Rows::units, p);
    step.n_recurrent = from("n_recurrent", Rows::units, p);
    step.late = from("late", Rows::late, p), step.reset_h = from("reset_h", Rows::units, p);
    step.peephole = from("peephole", Rows::peepholes, p), step.peephole_stride = stride(Rows::peepholes);
    step.from_x = from("from_x", Rows::gates, p), step.from_h = from("from_h", Rows::gates, p);
    step.scales = from("scales", Rows::scales, p), step.norms = from("norms", Rows::norms, p);
    phase_ == Phase::forward ? step_forward(cell_, part(p), step) : step_late_forward(cell_, part(p), step);
  }
  void run_backward(Index p) {
    BackwardStep<T> step{.rows = rows_, .gates_stride = stride(Rows::gates), .stride = stride(Rows::units)};
    step.gates = from("gates", Rows::gates, p), step.h = from("h", Rows::units, p);
    step.h_prev = from("h_prev", Rows::units, p), step.n_recurrent = from("n_recurrent", Rows::units, p);
    step.c = from("c", Rows::units, p), step.c_prev = from("c_prev", Rows::units, p);
    step.dy = from("dy", Rows::units, p), step.dh = from("dh", Rows::units, p), step.dc = from("dc", Rows::units, p);
    step.n = from("n", Rows::units, p), step.n_prev = from("n_prev", Rows::units, p);
    step.forget_derivative = from("forget_derivative", Rows::units, p);
    step.dn = from("dn", Rows::units, p), step.dm = from("dm", Rows::units, p);
    step.da = from("da", Rows::gates, p), step.da_recurrent = from("da_recurrent", Rows::gates, p);
    step.da_new = from("da_new", Rows::units, p), step.d_reset_h = from("d_reset_h", Rows::units, p);
    step.late = from("late", Rows::late, p), step.da_late = from("da_late", Rows::late, p);
    step.peephole = from("peephole", Rows::peepholes, p), step.peephole_stride = stride(Rows::peepholes);
    step.from_x = from("from_x", Rows::gates, p), step.from_h = from("from_h", Rows::gates, p);
    step.scales = from("scales", Rows::scales, p), step.norms = from("norms", Rows::norms, p);
    step.d_sums = from("d_sums", Rows::gates, p), step.d_normed = from("d_normed", Rows::units, p);
    phase_ == Phase::backward ? step_backward(cell_, part(p), step) : step_late_backward(cell_, part(p), step);
  }

  CellForm cell_;
  Phase phase_;
  Index rows_, together_;
  PanelPlan plan_;
  std::map<std::string, Guarded<T>> buffers_;
};

class CellSteps : public OnEveryIsa {
 protected:
  /// Runs both, after `spoil(name, number)` changed what both read, and compares every output.
  template <class Spoil>
  static void compare(const CellForm& cell, Phase phase, Index units, Index rows, Index together, Spoil spoil) {
    Step<float> found(cell, phase, units, rows, together);
    Step<double> expected(cell, phase, units, rows, 1);
    spoil(found);
    spoil(expected);
    found.run();
    expected.run();
    // A normalisation divides by a deviation, which for a few nearly equal numbers enlarges their rounding 316 times.
    const double rounding = cell.row().takes_whole_rows() ? 1e-4 : 2e-6;
    for (const Role& role : roles(cell, phase)) {
      if (!role.written) continue;
      found.for_each(role.rows, [&](const Place& place) {
        const double size = std::abs(static_cast<double>(expected.at(role, place)));
        const double tolerance = rounding * (std::isfinite(size) ? std::max(1.0, size) : 1.0);
        ASSERT_TRUE(agrees(found.at(role, place), expected.at(role, place), tolerance))
            << role.name << " row " << place.row << " gate " << place.gate << " unit " << place.unit << " of " << units;
      });
    }
    ASSERT_TRUE(found.kept_the_rest()) << units << " units";
  }
};

std::string name_of(const CellForm& cell, Phase phase) {
  const char* names[] = {" forward", " backward", " late forward", " late backward"};
  return std::string(cell.row().name) + names[static_cast<int>(phase)];
}

TEST_P(CellSteps, AgreeWithDoubleForEverySize) {
  const Index lanes = plan_panels<float>(1, 1).lanes;
  for (const Cell cell : all_cells())
    for (const Phase phase : kPhases)
      for (Index units = 0; !roles(cell, phase).empty() && units <= 2 * lanes + 1; ++units)
        for (const Index rows : {0, 1, 3, 6})
          for (const Index together : {1, 2}) {
            SCOPED_TRACE(name_of(cell, phase));
            ASSERT_NO_FATAL_FAILURE(compare(cell, phase, units, rows, together, [](auto&) {}));
          }
}

TEST_P(CellSteps, EveryActivationAndAClipAgreeWithDouble) {
  const Index lanes = plan_panels<float>(1, 1).lanes;
  const Activation all[] = {Activation::identity, Activation::tanh,         Activation::relu,
                            Activation::sigmoid,  Activation::hard_sigmoid, Activation::hard_sigmoid_sixth};
  for (const Cell cell : changeable_cells())
    for (const Phase phase : kPhases)
      for (std::size_t i = 0; !roles(cell, phase).empty() && i < std::size(all); ++i)
        for (const double clip : {0.0, 0.5})
          for (const Index units : {Index{1}, lanes, lanes + 3}) {
            CellForm form = cell;
            form.changes = {.gates = all[i], .candidate = all[(i + 2) % std::size(all)], .output = all[(i + 1) % 6]};
            form.changes.clip = clip;
            SCOPED_TRACE(testing::Message() << name_of(cell, phase) << ", activation " << i << ", clip " << clip);
            ASSERT_NO_FATAL_FAILURE(compare(form, phase, units, 3, 1, [](auto&) {}));
          }
}

// One number that is none, in each input in turn: it goes where double says, and nowhere else.
TEST_P(CellSteps, NanInfinityAndDenormalsGoWhereTheyMust) {
  const Index lanes = plan_panels<float>(1, 1).lanes, units = lanes + 1;
  for (const Cell cell : all_cells())
    for (const Phase phase : kPhases)
      for (const Role& role : roles(cell, phase))
        for (int gate = 0; role.read && gate < (role.rows == Rows::gates ? early_gates(cell) : 1); ++gate)
          for (const float special : kSpecials)
            for (const Index unit : {Index{0}, units - 1}) {                         // in a whole vector, in the tail
              if (std::string(role.name) == "n" && std::abs(special) < 1) continue;  // a divisor, at least 1
              if (role.rows == Rows::scales && unit >= kNormScales) continue;
              SCOPED_TRACE(testing::Message() << name_of(cell, phase) << ", " << special << " in " << role.name);
              ASSERT_NO_FATAL_FAILURE(compare(cell, phase, units, 2, 1, [&](auto& step) {
                step.at(role, {1, gate, unit}) = special;
              }));
            }
}

INSTANTIATE_TEST_SUITE_P(EveryIsa, CellSteps, testing::ValuesIn(every_isa()), isa_name);

}  // namespace
}  // namespace recurra::kernels
