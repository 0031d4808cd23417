/* SPDX-License-Identifier: Apache-2.0 */
/* A trained net, one step at a time, from C or any language that calls C. C89; no exception crosses the interface. Only
 * one thread at a time may use a stepper; step, step_block, reset, get_state and set_state do not allocate, lock or
 * make system calls. Numbers are float32. Example:
 *
 *   char error[256];
 *   recurra_stepper* net = recurra_open("net.safetensors", NULL, error, sizeof error);
 *   if (net == NULL) { fputs(error, stderr); return 1; }
 *   recurra_step(net, x, y);
 *   recurra_close(net);
 */
#ifndef RECURRA_CAPI_RECURRA_H_
#define RECURRA_CAPI_RECURRA_H_

#include <stddef.h>

#if defined(_WIN32)
#define RECURRA_API
#else
#define RECURRA_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header; recurra_api_version() returns that of the library. A library supports every header of its
 * own major version (the hundreds). */
#define RECURRA_API_VERSION 102

typedef struct recurra_stepper recurra_stepper;

enum { RECURRA_F32 = 0, RECURRA_BF16 = 1, RECURRA_INT8 = 2, RECURRA_F16 = 3 };
enum { RECURRA_PRECISE = 0, RECURRA_APPROXIMATE = 1 };
enum { RECURRA_EMBEDDING = 1, RECURRA_DENSE = 2 };

/* Zeros are the defaults; so is NULL instead of a pointer to this. */
typedef struct recurra_options {
  int weights;       /* RECURRA_F32, _BF16, _INT8, _F16 */
  int batch;         /* independent streams that step together; 0: one */
  double rate_ratio; /* sample rate / rate that the net was trained at; 0: one */
  int skip;          /* not 0: y = x + net(x) */
  int one_gate_relu; /* not 0: recurrent layers with one gate use relu, not tanh */
  int output_tanh;   /* not 0: tanh on the last layer, if it is dense */
  int activation;    /* RECURRA_APPROXIMATE: tanh and sigmoid are off by less than 7e-5, and faster (since 101) */
  int unbiased;    /* RECURRA_EMBEDDING, _DENSE: what a matrix without bias is where its shape allows both; 0: an error
                      (since 102) */
  int reserved[6]; /* zeros */
} recurra_options;

RECURRA_API int recurra_api_version(void);

/* Opens a net in the safetensors file of a PyTorch state_dict, or such a file in memory, which may be freed afterwards.
 * Where shapes do not determine the place of a layer normalisation, the file's metadata must give the order of the
 * layers: "recurra.order": "table norm rnn head".
 * Returns NULL on an error, with its text (terminated, cut to size) in `error`, which may be NULL. */
RECURRA_API recurra_stepper* recurra_open(const char* path, const recurra_options* options, char* error,
                                          size_t error_size);
RECURRA_API recurra_stepper* recurra_open_memory(const void* bytes, size_t size, const recurra_options* options,
                                                 char* error, size_t error_size);
/* A copy that shares the weights and starts with the same state. */
RECURRA_API recurra_stepper* recurra_clone(const recurra_stepper* stepper, char* error, size_t error_size);
RECURRA_API void recurra_close(recurra_stepper* stepper); /* NULL is allowed */

RECURRA_API int recurra_input_size(const recurra_stepper* stepper);  /* D */
RECURRA_API int recurra_output_size(const recurra_stepper* stepper); /* O */
RECURRA_API int recurra_batch(const recurra_stepper* stepper);       /* B */
/* Rows of the embedding that the net begins with, whose indices are its input (D is 1); 0: none. A step with an index
 * that is no whole number in [0, rows) gives NaN until the stepper is reset (since 102). */
RECURRA_API int recurra_vocabulary(const recurra_stepper* stepper);

/* x [B, D], y [B, O]. */
RECURRA_API void recurra_step(recurra_stepper* stepper, const float* x, float* y);
/* x [n, B, D], y [n, B, O]; for a whole window call reset and step_block. */
RECURRA_API void recurra_step_block(recurra_stepper* stepper, const float* x, float* y, size_t n);

RECURRA_API void recurra_reset(recurra_stepper* stepper);
RECURRA_API size_t recurra_state_size(const recurra_stepper* stepper); /* in floats */
RECURRA_API void recurra_get_state(const recurra_stepper* stepper, float* state);
RECURRA_API void recurra_set_state(recurra_stepper* stepper, const float* state);

/* From any thread: the next step of `stepper` uses the weights of `other` and keeps the state.
 * Returns 0, or another number and the text of the error if the nets differ in their layers. */
RECURRA_API int recurra_offer(recurra_stepper* stepper, const recurra_stepper* other, char* error, size_t error_size);

#ifdef __cplusplus
}
#endif

#endif
