// SPDX-License-Identifier: Apache-2.0
// The library's errors as Python exceptions: each is also the built-in exception that a Python programmer would expect.
#include "recurra/base/error.h"

#include "bindings.h"

namespace recurra::python {
namespace {

void translate(const std::exception_ptr& error, void* format_error) {
  try {
    std::rethrow_exception(error);
  } catch (const FormatError& e) {
    const nb::object raised = nb::handle(static_cast<PyObject*>(format_error))(e.what());
    raised.attr("byte_offset") = e.byte_offset();
    PyErr_SetObject(static_cast<PyObject*>(format_error), raised.ptr());
  } catch (const IoError& e) {
    PyErr_SetString(PyExc_OSError, e.what());
  } catch (const ValueError& e) {
    PyErr_SetString(PyExc_ValueError, e.what());
  }
}

}  // namespace

void bind_errors(nb::module_& m) {
  nb::exception<Error>(m, "Error", PyExc_RuntimeError).doc() = "Any other error of the engine.";
  nb::exception<ShapeError>(m, "ShapeError", PyExc_ValueError).doc() = "Extents that must agree do not.";
  nb::exception<UnsupportedError>(m, "UnsupportedError", PyExc_NotImplementedError).doc() =
      "A request that is well formed but that this version or machine cannot serve.";
  const nb::exception<FormatError> format_error(m, "FormatError", PyExc_ValueError);
  format_error.doc() = "A file in the wrong format; byte_offset is the position of the error, if it is known.";
  nb::register_exception_translator(translate, format_error.ptr());
}

}  // namespace recurra::python
