/* SPDX-License-Identifier: Apache-2.0
   What a Cortex-M4 needs before main: a vector table, and its floating-point unit switched on. For the emulated board
   mps2-an386, on which the tests run nets that `recurra export --c` wrote; docs/how-to/microcontroller.md has the
   command. A board's own startup file does the same. */
extern void _mainCRTStartup(void); /* of newlib: sets up the C library and calls main */

#define STACK_TOP 0x20200000u
#define CPACR (*(volatile unsigned *)0xE000ED88u) /* coprocessor access: full access to CP10 and CP11 */

static void reset(void) {
  CPACR |= 0xFu << 20;
  __asm volatile("dsb\n isb");
  _mainCRTStartup();
}

__attribute__((section(".vectors"), used)) static void *const vectors[2] = {(void *)STACK_TOP, (void *)reset};
