//===- roof.c - FMA peak of this host -----------------------------*- C -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
// f32 FMA throughput from registers alone, at 256 and 512 bits. Neither width
// is always the faster one: where a 512-bit FMA takes both 256-bit pipes the
// peak is equal, and a core may lower its clock for 512 bits. run.py takes the
// larger. Threads are plain pthreads, so that measuring the roof neither needs
// nor wakes the OpenMP pool of the kernel under test.
//===----------------------------------------------------------------------===//

#include <pthread.h>
#include <time.h>

// Latency 4 x 2 FMA a cycle needs 8 independent chains; 12 leaves slack and
// leaves room for the two constants in the 16 registers of AVX2.
enum { kChains = 12, kMaxThreads = 256 };

// One asm statement per loop: compilers otherwise differ in whether they keep
// the chains in registers. Each chain is a = a * x + y with x just below one,
// so every value stays a normal number however long the loop runs.
// clang-format off
#define CHAIN(R, I) "vfmadd213ps %%" R "13, %%" R "12, %%" R I "\n\t"
#define INIT(R, I) "vmovaps %%" R "13, %%" R I "\n\t"
#define CHAINS(OP, R)                                                          \
  OP(R, "0") OP(R, "1") OP(R, "2") OP(R, "3") OP(R, "4") OP(R, "5")            \
  OP(R, "6") OP(R, "7") OP(R, "8") OP(R, "9") OP(R, "10") OP(R, "11")
#define FMA_LOOP(NAME, R, FEATURES)                                            \
  __attribute__((noinline, target(FEATURES))) static void NAME(long n) {       \
    static const float x = 0.9999f, y = 1e-4f;                                 \
    __asm__ volatile("vbroadcastss %[x], %%" R "12\n\t"                        \
                     "vbroadcastss %[y], %%" R "13\n\t"                        \
                     CHAINS(INIT, R)                                           \
                     ".p2align 5\n\t"                                          \
                     "1:\n\t"                                                  \
                     CHAINS(CHAIN, R)                                          \
                     "dec %[n]\n\t"                                            \
                     "jnz 1b\n\t"                                              \
                     "vzeroupper"                                              \
                     : [n] "+r"(n)                                             \
                     : [x] "m"(x), [y] "m"(y)                                  \
                     : "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",   \
                       "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",       \
                       "xmm12", "xmm13");                                      \
  }
// clang-format on

FMA_LOOP(fma256, "ymm", "avx2,fma")
FMA_LOOP(fma512, "zmm", "avx512f")

struct Job {
  long n;
  int bits;
};

static void *work(void *arg) {
  const struct Job *job = arg;
  if (job->bits == 512)
    fma512(job->n);
  else
    fma256(job->n);
  return 0;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// Widest FMA of the host in bits; 0 when it has none of those measured here.
int fovea_roof_widest(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f"))
    return 512;
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 256
                                                                         : 0;
}

// GFLOP/s of `threads` threads that each run n x 12 FMAs of `bits` bits, or a
// negative number when that cannot be run.
double fovea_roof(int bits, int threads, long n) {
  if (threads < 1 || threads > kMaxThreads || n < 1 ||
      bits > fovea_roof_widest() || (bits != 256 && bits != 512))
    return -1;
  struct Job job = {n, bits};
  pthread_t others[kMaxThreads];
  double start = now();
  int started = 1;
  for (; started < threads; ++started)
    if (pthread_create(&others[started], 0, work, &job))
      break;
  work(&job);
  for (int i = 1; i < started; ++i)
    pthread_join(others[i], 0);
  double seconds = now() - start;
  double lanes = bits / 32;
  return started == threads
             ? threads * (double)n * kChains * lanes * 2 / seconds * 1e-9
             : -1;
}
