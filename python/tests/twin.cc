// SPDX-License-Identifier: Apache-2.0
// One epoch of the seed listing in C++, for the test that Python gives the same bits: twin FILE writes the weights
// after it.
#include <cstdio>

#include "bench/listing.h"
#include "recurra/io/safetensors.h"

int main(int count, char** arguments) {
  using namespace recurra;
  if (count != 2) {
    std::fputs("usage: twin FILE\n", stderr);
    return 2;
  }
  Context context(available_processors());
  const ListingNet net(Cell::lstm, ListingNet::kHidden);
  ListingTraining training(context, net, 32, 20, Precision::f32);
  training.epoch();
  write_safetensors(arguments[1], {{}, net.state()});
}
