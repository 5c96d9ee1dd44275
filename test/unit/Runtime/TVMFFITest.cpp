//===- TVMFFITest.cpp - fovea_runtime_tvm_ffi_call --------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// This program plays tvm-ffi: it exports the function that raises an error.
//
//===----------------------------------------------------------------------===//

#include "FakeEntry.h"

#include "tvm/ffi/c_api.h"

static std::string raised;

namespace {

/// A Tensor object as TVM-FFI lays it out.
struct TensorObject {
  TVMFFIObject header{};
  DLTensor tensor;

  explicit TensorObject(const DLTensor &given) : tensor(given) {
    header.type_index = kTVMFFITensor;
  }
};

} // namespace

static TVMFFIAny any(int32_t typeIndex, const void *pointer) {
  TVMFFIAny value{};
  value.type_index = typeIndex;
  value.v_ptr = const_cast<void *>(pointer);
  return value;
}

namespace {

class TVMFFITest : public FakeEntryTest {
protected:
  TVMFFITest() {
    raised.clear();
    for (const DLTensor *tensor : arguments())
      args.push_back(any(kTVMFFIDLTensorPtr, tensor));
    result = any(kTVMFFIInt, &result);
  }

  int callThroughTVMFFI() {
    return fovea_runtime_tvm_ffi_call(
        &entry, args.data(), static_cast<int32_t>(args.size()), &result);
  }

  void expectRaised(const std::string &error) {
    EXPECT_EQ(callThroughTVMFFI(), -1);
    EXPECT_EQ(raised, error);
    EXPECT_EQ(raised,
              raised.substr(0, raised.find(": ")) + ": " + fovea_last_error());
    EXPECT_EQ(invocations, 0);
  }

  std::vector<TVMFFIAny> args;
  TVMFFIAny result;
};

} // namespace

void TVMFFIErrorSetRaisedFromCStr(const char *kind, const char *message) {
  raised = std::string(kind) + ": " + message;
}

TEST_F(TVMFFITest, TensorPointers) {
  EXPECT_EQ(callThroughTVMFFI(), 0) << raised;
  EXPECT_EQ(invocations, 1);
  EXPECT_EQ(seen[0].aligned, q.tensor.data);
  EXPECT_EQ(result.type_index, kTVMFFINone);
  EXPECT_EQ(result.v_int64, 0);
}

TEST_F(TVMFFITest, TensorObjects) {
  TensorObject object(k.tensor), moved(q.tensor);
  TVMFFIObject *reference = &moved.header;
  args[1] = any(kTVMFFITensor, &object);
  args[0] = any(kTVMFFIObjectRValueRef, &reference);
  EXPECT_EQ(callThroughTVMFFI(), 0) << raised;
  EXPECT_EQ(seen[0].aligned, q.tensor.data);
  EXPECT_EQ(seen[1].aligned, k.tensor.data);
}

TEST_F(TVMFFITest, NumberOfArguments) {
  args.pop_back();
  expectRaised("TypeError: fake: found 4 arguments, expected 5: q, k, s, o, n");
}

TEST_F(TVMFFITest, NoArguments) {
  args.clear();
  expectRaised("TypeError: fake: found 0 arguments, expected 5: q, k, s, o, n");
}

TEST_F(TVMFFITest, KindOfArgument) {
  args[2] = any(kTVMFFINone, nullptr);
  expectRaised("TypeError: fake: input 's' (argument 2): found None, expected "
               "a tensor");
  args[2] = any(kTVMFFIFunction, nullptr);
  expectRaised("TypeError: fake: input 's' (argument 2): found TVM-FFI type "
               "68, expected a tensor");
  args[2] = any(kTVMFFIDLTensorPtr, nullptr);
  expectRaised("TypeError: fake: input 's' (argument 2): found null DLTensor "
               "pointer, expected a tensor");
}

TEST_F(TVMFFITest, Type) {
  q.tensor.dtype = kBF16;
  expectRaised("TypeError: fake: input 'q' (argument 0): found dtype bfloat16, "
               "expected float32");
}

TEST_F(TVMFFITest, Value) {
  q.shape[0] = 3;
  expectRaised("ValueError: fake: input 'q' (argument 0): found shape [3, 3, "
               "4], expected [2, ?0, 4]");
}

TEST_F(TVMFFITest, MalformedEntry) {
  entry.num_params = FOVEA_MAX_PARAMS + 1;
  args.resize(entry.num_params);
  expectRaised("RuntimeError: fake: malformed artifact: found 65 parameters of "
               "which 3 inputs, legal are 1 to 64");
}
