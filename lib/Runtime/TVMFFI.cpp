//===- TVMFFI.cpp - Call an entry through TVM-FFI ---------------*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// The safe-call convention of tvm/ffi/c_api.h. Linked into every artifact: only
// libc may be used here, and tvm-ffi itself only if the process has it.
//
//===----------------------------------------------------------------------===//

#include "Call.h"

#include <dlfcn.h>
#include <tvm/ffi/c_api.h>

using namespace fovea::runtime;

/// An object of type Tensor holds its DLTensor right after the object header.
static const DLTensor *tensorOfObject(TVMFFIObject *object) {
  return reinterpret_cast<const DLTensor *>(object + 1);
}

/// The tensor that `arg` carries, borrowed for this call, or null.
static const DLTensor *unpackTensor(const TVMFFIAny &arg) {
  switch (arg.type_index) {
  case kTVMFFIDLTensorPtr:
    return static_cast<const DLTensor *>(arg.v_ptr);
  case kTVMFFITensor:
    return tensorOfObject(arg.v_obj);
  case kTVMFFIObjectRValueRef: {
    // An object that the callee may take over. We do not: the caller frees it.
    TVMFFIObject *object = *static_cast<TVMFFIObject **>(arg.v_ptr);
    return object && object->type_index == kTVMFFITensor
               ? tensorOfObject(object)
               : nullptr;
  }
  default:
    return nullptr;
  }
}

/// What a user calls an argument of this type.
static const char *typeName(int32_t typeIndex) {
  switch (typeIndex) {
  case kTVMFFINone:
    return "None";
  case kTVMFFIInt:
    return "int";
  case kTVMFFIBool:
    return "bool";
  case kTVMFFIFloat:
    return "float";
  case kTVMFFIDLTensorPtr:
    return "null DLTensor pointer";
  case kTVMFFIRawStr:
  case kTVMFFISmallStr:
  case kTVMFFIStr:
    return "str";
  case kTVMFFIArray:
    return "Array";
  case kTVMFFIList:
    return "List";
  default:
    return nullptr;
  }
}

/// A function of tvm-ffi: first as everybody sees it (the Python package loads
/// tvm-ffi globally), then in a copy that some library has loaded for itself.
static void *findFunction(const char *name) {
  void *symbol = dlsym(RTLD_DEFAULT, name);
  if (!symbol)
    if (void *library = dlopen("libtvm_ffi.so", RTLD_LAZY | RTLD_NOLOAD)) {
      symbol = dlsym(library, name);
      // Only our reference goes: whoever loaded it still holds it.
      dlclose(library);
    }
  return symbol;
}

/// The environment's stream, which a framework's bindings set. Looked up once:
/// dlsym takes longer than the rest of a call.
static void *environmentStream(int32_t deviceType, int32_t device) {
  using StreamOf = void *(*)(int32_t deviceType, int32_t deviceId);
  static void *cached;
  void *function = __atomic_load_n(&cached, __ATOMIC_RELAXED);
  if (!function) {
    function = findFunction("TVMFFIEnvGetStream");
    __atomic_store_n(&cached, function, __ATOMIC_RELAXED);
  }
  // A caller without tvm-ffi means the default stream.
  return function ? reinterpret_cast<StreamOf>(function)(deviceType, device)
                  : nullptr;
}

static int raise(FoveaStatus status, const char *message) {
  const char *kind = status == FOVEA_TYPE_ERROR    ? "TypeError"
                     : status == FOVEA_VALUE_ERROR ? "ValueError"
                                                   : "RuntimeError";
  using Raise = void (*)(const char *kind, const char *message);
  if (void *function = findFunction("TVMFFIErrorSetRaisedFromCStr"))
    reinterpret_cast<Raise>(function)(kind, message);
  return -1;
}

static int fail(FoveaStatus status, const Message &why) {
  setError(why);
  return raise(status, why.text);
}

static FoveaStatus unpack(const FoveaEntry &entry, const TVMFFIAny *args,
                          int32_t numArgs, const DLTensor **tensors,
                          Message &why) {
  if (numArgs != entry.num_params) {
    why.append("%s: found %d arguments, expected %d: ", entry.name, numArgs,
               entry.num_params);
    for (int32_t i = 0; i < entry.num_params; ++i)
      why.append("%s%s", i ? ", " : "", entry.params[i].name);
    return FOVEA_TYPE_ERROR;
  }
  for (int32_t i = 0; i < numArgs; ++i) {
    tensors[i] = unpackTensor(args[i]);
    if (tensors[i])
      continue;
    why.append("%s: ", entry.name);
    why.appendParam(entry, i);
    why.append(": found ");
    if (const char *name = typeName(args[i].type_index))
      why.append("%s", name);
    else
      why.append("TVM-FFI type %d", args[i].type_index);
    why.append(", expected a tensor");
    return FOVEA_TYPE_ERROR;
  }
  return FOVEA_OK;
}

int fovea_runtime_tvm_ffi_call(const FoveaEntry *entry, const void *args,
                               int32_t numArgs, void *result) {
  Message why;
  const DLTensor *tensors[FOVEA_MAX_PARAMS];
  if (FoveaStatus status = checkEntry(entry, why))
    return fail(status, why);
  if (FoveaStatus status = unpack(*entry, static_cast<const TVMFFIAny *>(args),
                                  numArgs, tensors, why))
    return fail(status, why);
  if (FoveaStatus status = callOnStream(entry, tensors, environmentStream))
    return raise(status, fovea_last_error());
  TVMFFIAny *none = static_cast<TVMFFIAny *>(result);
  none->type_index = kTVMFFINone;
  none->zero_padding = 0;
  none->v_int64 = 0;
  return 0;
}
