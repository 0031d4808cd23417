/* SPDX-License-Identifier: Apache-2.0 */
/* The same from C: a net from a PyTorch state_dict, a buffer at a time. Usage: embed_c NET.safetensors */
#include <stdio.h>

#include "recurra.h"

enum { SAMPLES = 256 };

int main(int argc, char** argv) {
  char error[256];
  float in[SAMPLES], out[SAMPLES];
  int t;
  recurra_stepper* net = recurra_open(argc > 1 ? argv[1] : "embed_net.safetensors", NULL, error, sizeof error);
  if (net == NULL || recurra_input_size(net) != 1 || recurra_output_size(net) != 1) {
    fprintf(stderr, "%s\n", net == NULL ? error : "expected a net of one input and one output");
    recurra_close(net);
    return 1;
  }
  for (t = 0; t < SAMPLES; ++t) in[t] = (float)(t % 32) / 32;
  recurra_step_block(net, in, out, SAMPLES);
  printf("after a buffer: %.4f\n", (double)out[SAMPLES - 1]);
  recurra_close(net);
  return 0;
}
