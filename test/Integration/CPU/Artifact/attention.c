//===- attention.c - A C program that calls an artifact ---------*- C -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Calls the entries of attention.mlir and compares with a double loop in double
// precision. Prints what attention.mlir expects.
//
//===----------------------------------------------------------------------===//

#include "libattention.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// A row-major float32 tensor.
typedef struct Tensor {
  DLTensor dl;
  int64_t shape[4], strides[4];
  float *data;
} Tensor;

static int64_t sizeOf(const Tensor *t) {
  int64_t size = 1;
  for (int d = 0; d < t->dl.ndim; ++d)
    size *= t->shape[d];
  return size;
}

static void reshape(Tensor *t, int rank, int64_t b, int64_t h, int64_t n,
                    int64_t d) {
  const int64_t shape[4] = {b, h, n, d};
  int64_t stride = 1;
  for (int i = rank - 1; i >= 0; --i) {
    t->shape[i] = shape[i];
    t->strides[i] = stride;
    stride *= shape[i];
  }
  t->dl.ndim = rank;
  t->dl.shape = t->shape;
  t->dl.strides = t->strides;
}

/// Random numbers in [-2, 2), the same in each run.
static Tensor *makeTensor(int rank, int64_t b, int64_t h, int64_t n,
                          int64_t d) {
  static uint32_t state = 1;
  Tensor *t = calloc(1, sizeof(Tensor));
  reshape(t, rank, b, h, n, d);
  t->data = malloc(sizeof(float) * sizeOf(t) + 1);
  for (int64_t i = 0; i < sizeOf(t); ++i) {
    state = state * 1664525u + 1013904223u;
    t->data[i] = (state >> 8) / 4194304.0f - 2.0f;
  }
  t->dl.device = (DLDevice){kDLCPU, 0};
  t->dl.dtype = (DLDataType){kDLFloat, 32, 1};
  t->dl.data = t->data;
  return t;
}

static void freeTensor(Tensor *t) {
  free(t->data);
  free(t);
}

static double dot(const float *a, const float *b, int64_t n) {
  double sum = 0;
  for (int64_t i = 0; i < n; ++i)
    sum += (double)a[i] * b[i];
  return sum;
}

/// One query row by definition: `o` gets dv sums, the result is the row's lse.
static double naiveRow(const float *q, const float *k, const float *v,
                       int64_t seen, int64_t dk, int64_t dv, double scale,
                       double *o) {
  double sum = 0;
  for (int64_t c = 0; c < dv; ++c)
    o[c] = 0;
  for (int64_t j = 0; j < seen; ++j) {
    double p = exp(scale * dot(q, k + j * dk, dk));
    sum += p;
    for (int64_t c = 0; c < dv; ++c)
      o[c] += p * v[j * dv + c];
  }
  for (int64_t c = 0; c < dv && sum > 0; ++c)
    o[c] /= sum;
  return log(sum);
}

/// Compares `o` (and `lse` unless null) with the definition.
static int agrees(const Tensor *q, const Tensor *k, const Tensor *v,
                  const Tensor *o, const Tensor *lse, int causal,
                  double scale) {
  const int64_t heads = q->shape[1], rows = q->shape[2], keys = k->shape[2];
  const int64_t dk = q->shape[3], dv = v->shape[3];
  const int64_t group = heads / k->shape[1];
  double expected[64];
  for (int64_t r = 0; r < q->shape[0] * heads * rows; ++r) {
    int64_t i = r % rows, kvHead = r / rows / group;
    int64_t seen = causal ? i + keys - rows + 1 : keys;
    double rowLse =
        naiveRow(q->data + r * dk, k->data + kvHead * keys * dk,
                 v->data + kvHead * keys * dv, seen, dk, dv, scale, expected);
    for (int64_t c = 0; c < dv; ++c)
      if (!(fabs(o->data[r * dv + c] - expected[c]) <= 1e-5))
        return 0;
    if (lse && lse->data[r] != (float)rowLse &&
        !(fabs(lse->data[r] - rowLse) <= 1e-5))
      return 0;
  }
  return 1;
}

static void report(const char *what, int status, int right) {
  if (status)
    printf("%s: refused: %s\n", what, fovea_last_error());
  else
    printf("%s: %s\n", what, right ? "agrees" : "differs");
}

static void callCausal(int64_t rows, int64_t keys) {
  Tensor *q = makeTensor(4, 1, 2, rows, 32), *k = makeTensor(4, 1, 2, keys, 32);
  Tensor *v = makeTensor(4, 1, 2, keys, 32), *o = makeTensor(4, 1, 2, rows, 32);
  Tensor *lse = makeTensor(3, 1, 2, rows, 1);
  char what[64];
  snprintf(what, sizeof(what), "causal %dx%d", (int)rows, (int)keys);
  int status = causal(&q->dl, &k->dl, &v->dl, &o->dl, &lse->dl);
  report(what, status, agrees(q, k, v, o, lse, 1, 0.25));
  Tensor *all[] = {q, k, v, o, lse};
  for (int i = 0; i < 5; ++i)
    freeTensor(all[i]);
}

static void expectRefused(int status) {
  printf("%s: %s\n", status ? "refused" : "called", fovea_last_error());
}

int main(void) {
  Tensor *q = makeTensor(4, 2, 4, 33, 16), *k = makeTensor(4, 2, 2, 47, 16);
  Tensor *v = makeTensor(4, 2, 2, 47, 24), *o = makeTensor(4, 2, 4, 33, 24);
  int status = attention(&q->dl, &k->dl, &v->dl, &o->dl);
  report("attention", status, agrees(q, k, v, o, NULL, 0, 0.25));
  callCausal(19, 35);
  callCausal(64, 64);
  callCausal(1, 0);
  const char start[] = "{\"version\":2,";
  if (strncmp(fovea_manifest, start, strlen(start)))
    printf("wrong manifest: %s\n", fovea_manifest);

  for (int64_t i = 0; i < sizeOf(o); ++i)
    o->data[i] = 42;
  reshape(k, 4, 2, 2, 46, 16);
  expectRefused(attention(&q->dl, &k->dl, &v->dl, &o->dl));
  reshape(k, 4, 2, 2, 47, 16);
  q->dl.dtype.bits = 64;
  expectRefused(attention(&q->dl, &k->dl, &v->dl, &o->dl));
  q->dl.dtype.bits = 32;

  Tensor *lse = makeTensor(3, 1, 2, 5, 1);
  reshape(q, 4, 1, 2, 5, 32);
  reshape(k, 4, 1, 2, 7, 32);
  reshape(v, 4, 1, 2, 6, 32);
  reshape(o, 4, 1, 2, 5, 32);
  expectRefused(causal(&q->dl, &k->dl, &v->dl, &o->dl, &lse->dl));
  int touched = 0;
  for (int64_t i = 0; i < sizeOf(o); ++i)
    touched |= o->data[i] != 42;
  printf("outputs of refused calls are %s\n",
         touched ? "touched" : "untouched");

  Tensor *all[] = {q, k, v, o, lse};
  for (int i = 0; i < 5; ++i)
    freeTensor(all[i]);
  return 0;
}
