// SPDX-License-Identifier: Apache-2.0
// Random numbers, the order of batches, and files of arrays.
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "arrays.h"
#include "bindings.h"
#include "recurra/base/random.h"
#include "recurra/data/batches.h"
#include "recurra/io/safetensors.h"

namespace recurra::python {
namespace {

template <class Draw>
View drawn(const std::vector<Index>& shape, Draw draw) {
  const auto tensor = Tensor<float>::uninitialized(Shape(shape));
  for (float& v : tensor.span()) v = static_cast<float>(draw());
  return view(tensor);
}

nb::ndarray<nb::numpy, std::int64_t> rows(const std::vector<Index>& items) {
  return view(Tensor<std::int64_t>({static_cast<Index>(items.size())}, items));
}

void bind_random(nb::module_& m) {
  nb::class_<Random>(m, "Random", "The engine's random numbers: the same in C++, Python and the browser.")
      .def(nb::init<std::uint64_t, std::uint64_t>(), nb::arg("seed"), nb::arg("stream") = 0)
      .def(
          "uniform",
          [](Random& r, double low, double high, const std::vector<Index>& shape) {
            return drawn(shape, [&] { return r.uniform(low, high); });
          },
          nb::arg("low"), nb::arg("high"), nb::arg("shape"), "An array of float32, uniform in [low, high).")
      .def(
          "normal",
          [](Random& r, double mean, double deviation, const std::vector<Index>& shape) {
            return drawn(shape, [&] { return r.normal(mean, deviation); });
          },
          nb::arg("mean"), nb::arg("deviation"), nb::arg("shape"), "An array of float32, normal.");
}

void bind_batches(nb::module_& m) {
  nb::class_<BatchOrder>(
      m, "BatchOrder",
      "Which items form each batch of each epoch: a function only of seed, epoch and batch. A smaller last\n"
      "batch is kept.")
      .def(nb::init<Index, Index, bool, std::uint64_t>(), nb::arg("count"), nb::arg("batch_size"), nb::kw_only(),
           nb::arg("shuffle") = true, nb::arg("seed"))
      .def_static(
          "by_length",
          [](const std::vector<Index>& lengths, Index batch_size, bool shuffle, std::uint64_t seed) {
            return BatchOrder(lengths, batch_size, shuffle, seed);
          },
          nb::arg("lengths"), nb::arg("batch_size"), nb::kw_only(), nb::arg("shuffle") = true, nb::arg("seed"),
          "Batches of items of similar length.")
      .def("__len__", &BatchOrder::batches)
      .def(
          "batch",
          [](const BatchOrder& order, std::uint64_t epoch, Index index) { return rows(order.batch(epoch, index)); },
          nb::arg("epoch"), nb::arg("index"),
          "The items of one batch, int64.\n\nErrors: ValueError if there is no such batch.")
      .def(
          "epoch",
          [](const BatchOrder& order, std::uint64_t epoch) {
            nb::list batches;
            for (Index i = 0; i < order.batches(); ++i) batches.append(rows(order.batch(epoch, i)));
            return batches;
          },
          nb::arg("epoch"), nb::sig("def epoch(self, epoch: int) -> list[numpy.typing.NDArray[numpy.int64]]"),
          "The items of every batch of one epoch.");
}

void bind_files(nb::module_& m) {
  m.def(
      "read_safetensors",
      [](const std::filesystem::path& path) {
        const TensorFile file = read_safetensors(path.string());
        nb::dict tensors;
        for (const auto& [name, tensor] : file.tensors) tensors[name.c_str()] = view(tensor);
        return std::pair(tensors, file.metadata);
      },
      nb::arg("path"),
      nb::sig(
          "def read_safetensors(path: str | os.PathLike[str]) -> tuple[dict[str, numpy.typing.NDArray[numpy.float32]], "
          "dict[str, str]]"),
      "The arrays of a file by name, as float32, and its metadata. Model files are such files.\n"
      "Elements may be infinite or NaN: load_model refuses them.\n\n"
      "Errors: OSError; FormatError; UnsupportedError for an element type it lacks.");
  m.def(
      "write_safetensors",
      [](const std::filesystem::path& path, const std::map<std::string, Array>& tensors,
         const std::map<std::string, std::string>& metadata) {
        TensorFile file{metadata, {}};
        for (const auto& [name, array] : tensors)
          file.tensors.emplace_back(name, tensor_from<float>(array, name.c_str()));
        write_safetensors(path.string(), file);
      },
      nb::arg("path"), nb::arg("tensors"), nb::arg("metadata") = std::map<std::string, std::string>(),
      "Writes arrays of float32, as a whole or not at all.\n\nErrors: OSError.");
}

}  // namespace

void bind_data(nb::module_& m) {
  bind_random(m);
  bind_batches(m);
  bind_files(m);
}

}  // namespace recurra::python
