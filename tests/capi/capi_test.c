/* SPDX-License-Identifier: Apache-2.0 */
/* The C ABI from C89: a GRU of two units, written here as a safetensors file in memory, against the formula by hand. */
#include "capi/recurra.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures = 0;

#define EXPECT(condition)                                             \
  do {                                                                \
    if (!(condition)) {                                               \
      printf("%s:%d: expected %s\n", __FILE__, __LINE__, #condition); \
      ++failures;                                                     \
    }                                                                 \
  } while (0)

enum { H = 2, ROWS = 3 * H, FLOATS = ROWS + ROWS * H + ROWS + ROWS };

static float weights[FLOATS]; /* W [6, 1], U [6, 2], b_ih [6], b_hh [6] */

/* Returns the size of the file, which begins at `file`. */
static size_t write_file(unsigned char* file, float scale) {
  static const char header[] =
      "{\"weight_ih_l0\":{\"dtype\":\"F32\",\"shape\":[6,1],\"data_offsets\":[0,24]},"
      "\"weight_hh_l0\":{\"dtype\":\"F32\",\"shape\":[6,2],\"data_offsets\":[24,72]},"
      "\"bias_ih_l0\":{\"dtype\":\"F32\",\"shape\":[6],\"data_offsets\":[72,96]},"
      "\"bias_hh_l0\":{\"dtype\":\"F32\",\"shape\":[6],\"data_offsets\":[96,120]}}";
  size_t length = sizeof header - 1, i;
  for (i = 0; i < 8; ++i) file[i] = (unsigned char)(length >> (8 * i) & 255);
  memcpy(file + 8, header, length);
  for (i = 0; i < FLOATS; ++i) weights[i] = scale * (float)sin(0.7 * (double)i);
  memcpy(file + 8 + length, weights, sizeof weights);
  return 8 + length + sizeof weights;
}

static double sigmoid(double x) {
  return 1 / (1 + exp(-x));
}

/* One step of the GRU in double precision. */
static void by_hand(double x, double* h) {
  const float *W = weights, *U = W + ROWS, *b_ih = U + ROWS * H, *b_hh = b_ih + ROWS;
  double a[ROWS], u[ROWS];
  int i;
  for (i = 0; i < ROWS; ++i) {
    a[i] = b_ih[i] + W[i] * x;
    u[i] = b_hh[i] + U[i * H] * h[0] + U[i * H + 1] * h[1];
  }
  for (i = 0; i < H; ++i) {
    const double r = sigmoid(a[i] + u[i]), z = sigmoid(a[H + i] + u[H + i]);
    const double n = tanh(a[2 * H + i] + r * u[2 * H + i]);
    h[i] = (1 - z) * n + z * h[i];
  }
}

static void test_steps(recurra_stepper* net) {
  double h[H] = {0, 0};
  float x[5], y[H], block[5 * H];
  int t;
  for (t = 0; t < 5; ++t) {
    x[t] = 0.3f * (float)t - 0.5f;
    by_hand(x[t], h);
    recurra_step(net, x + t, y);
    EXPECT(fabs(y[0] - h[0]) < 2e-6 && fabs(y[1] - h[1]) < 2e-6);
  }
  recurra_reset(net);
  recurra_step_block(net, x, block, 5);
  EXPECT(memcmp(block + 4 * H, y, sizeof y) == 0);
}

static void test_state(recurra_stepper* net, char* error, size_t size) {
  float state[H], x = 0.4f, y[H], same[H];
  recurra_stepper* twin;
  EXPECT(recurra_state_size(net) == H);
  recurra_get_state(net, state);
  twin = recurra_clone(net, error, size);
  EXPECT(twin != NULL);
  recurra_step(net, &x, y);
  recurra_step(twin, &x, same);
  EXPECT(memcmp(y, same, sizeof y) == 0);
  recurra_set_state(net, state);
  recurra_step(net, &x, same);
  EXPECT(memcmp(y, same, sizeof y) == 0);
  recurra_close(twin);
}

static void test_offer(recurra_stepper* net, unsigned char* file, char* error, size_t error_size) {
  recurra_options two;
  recurra_stepper *other, *pair;
  float x[2] = {0.4f, 0.4f}, y[2 * H], expected[2 * H];
  const size_t size = write_file(file, 0.5f);
  memset(&two, 0, sizeof two);
  two.batch = 2;
  other = recurra_open_memory(file, size, NULL, error, error_size);
  pair = recurra_open_memory(file, size, &two, error, error_size);
  EXPECT(other != NULL && pair != NULL && recurra_batch(pair) == 2);
  recurra_reset(net);
  EXPECT(recurra_offer(net, other, error, error_size) == 0);
  recurra_step(net, x, y);
  recurra_step(other, x, expected);
  EXPECT(memcmp(y, expected, H * sizeof(float)) == 0);
  EXPECT(recurra_offer(net, pair, error, error_size) != 0 && strstr(error, "differ") != NULL);
  recurra_close(other);
  recurra_close(pair);
}

static void test_errors(unsigned char* file, size_t size) {
  char error[40];
  recurra_options options;
  memset(&options, 0, sizeof options);
  EXPECT(recurra_open("/nowhere/net.safetensors", NULL, error, sizeof error) == NULL);
  EXPECT(strlen(error) > 0 && strlen(error) < sizeof error);
  EXPECT(recurra_open(NULL, NULL, NULL, 0) == NULL);
  EXPECT(recurra_open_memory(file, size - 1, NULL, error, sizeof error) == NULL);
  EXPECT(recurra_open_memory(NULL, 0, NULL, error, sizeof error) == NULL);
  options.weights = 7;
  EXPECT(recurra_open_memory(file, size, &options, error, sizeof error) == NULL && strstr(error, "weights") != NULL);
  options.weights = RECURRA_BF16;
  options.activation = 5;
  EXPECT(recurra_open_memory(file, size, &options, error, sizeof error) == NULL && strstr(error, "activation") != NULL);
  options.activation = RECURRA_PRECISE;
  options.reserved[3] = 1;
  EXPECT(recurra_open_memory(file, size, &options, error, sizeof error) == NULL && strstr(error, "reserved") != NULL);
  recurra_close(NULL);
}

int main(void) {
  char error[200];
  unsigned char file[1024];
  const size_t size = write_file(file, 1);
  recurra_stepper* net = recurra_open_memory(file, size, NULL, error, sizeof error);
  EXPECT(recurra_api_version() == RECURRA_API_VERSION);
  if (net == NULL) {
    printf("%s\n", error);
    return 1;
  }
  EXPECT(recurra_input_size(net) == 1 && recurra_output_size(net) == H && recurra_batch(net) == 1);
  EXPECT(recurra_vocabulary(net) == 0);
  test_steps(net);
  test_state(net, error, sizeof error);
  test_errors(file, size);
  test_offer(net, file, error, sizeof error);
  recurra_close(net);
  return failures;
}
