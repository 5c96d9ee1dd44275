//===- Inputs.cpp - the inputs of a run: files, sizes, random numbers
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Execution/Inputs.h"

#include "fovea/Execution/Npy.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringExtras.h"

#include <limits>
#include <map>
#include <optional>
#include <random>

using namespace fovea;
using llvm::createStringError;
using llvm::StringRef;

namespace {

class InputMaker {
public:
  InputMaker(ArtifactEntry &entry, const InputOptions &options)
      : entry(entry), options(options) {}
  llvm::Expected<std::vector<Array>>
  make(llvm::function_ref<llvm::Error(const ArtifactEntry &)> admit);

private:
  llvm::Expected<std::pair<unsigned, StringRef>> findParam(StringRef text,
                                                           StringRef flag);
  llvm::Error bind(const ArtifactParam &param, llvm::ArrayRef<int64_t> shape);
  llvm::Error readFiles();
  llvm::Error readSizes();
  void chooseSizes();
  llvm::Error verifySizes() const;
  Array makeArray(unsigned index);

  ArtifactEntry &entry;
  const InputOptions &options;
  llvm::DenseMap<int64_t, int64_t> symbols;
  std::map<unsigned, Array> fromFiles;
};

/// Splits `name=value` and looks the name up among the inputs.
llvm::Expected<std::pair<unsigned, StringRef>>
InputMaker::findParam(StringRef text, StringRef flag) {
  auto [name, value] = text.split('=');
  std::string names;
  for (auto [index, param] : llvm::enumerate(entry.params)) {
    if (param.isOutput)
      continue;
    if (param.name == name && !value.empty())
      return std::make_pair(unsigned(index), value);
    names += (names.empty() ? "" : ", ") + param.name;
  }
  return createStringError(flag + " " + text +
                           ": expected NAME=VALUE with one of the inputs of '" +
                           entry.name + "': " + names);
}

/// Takes the sizes of a parameter for its symbols.
llvm::Error InputMaker::bind(const ArtifactParam &param,
                             llvm::ArrayRef<int64_t> shape) {
  for (auto [dim, expected, size] : llvm::enumerate(param.shape, shape)) {
    if (expected >= 0)
      continue;
    auto [known, isNew] = symbols.try_emplace(expected, size);
    if (!isNew && known->second != size)
      return createStringError("dimension " + llvm::Twine(dim) + " of " +
                               param.name + " is " + llvm::Twine(size) +
                               ", but the same size is " +
                               llvm::Twine(known->second) + " elsewhere");
  }
  return llvm::Error::success();
}

llvm::Error InputMaker::readFiles() {
  for (StringRef text : options.files) {
    auto found = findParam(text, "--input");
    if (!found)
      return found.takeError();
    const ArtifactParam &param = entry.params[found->first];
    llvm::Expected<Array> array = readNpy(found->second, param);
    if (!array)
      return array.takeError();
    if (llvm::Error error = bind(param, array->shape()))
      return error;
    fromFiles.insert_or_assign(found->first, std::move(*array));
  }
  return llvm::Error::success();
}

llvm::Error InputMaker::readSizes() {
  for (StringRef text : options.sizes) {
    auto found = findParam(text, "--dims");
    if (!found)
      return found.takeError();
    const ArtifactParam &param = entry.params[found->first];
    llvm::SmallVector<StringRef> parts;
    found->second.split(parts, 'x');
    llvm::SmallVector<int64_t> shape(parts.size());
    bool legal = parts.size() == param.shape.size();
    for (size_t d = 0; legal && d < parts.size(); ++d)
      legal = !parts[d].getAsInteger(10, shape[d]) && shape[d] >= 0 &&
              shape[d] <= INT32_MAX &&
              (param.shape[d] < 0 || param.shape[d] == shape[d]);
    if (!legal)
      return createStringError(
          "--dims " + text + ": expected " + llvm::Twine(param.shape.size()) +
          " sizes such as 1x8x100x64 that agree with the type of " +
          param.name);
    if (llvm::Error error = bind(param, shape))
      return error;
  }
  return llvm::Error::success();
}

/// [batch, heads, sequence, width]: few batches and heads, odd sequences that
/// differ.
void InputMaker::chooseSizes() {
  int64_t sequence = 100;
  for (const ArtifactParam &param : entry.params)
    for (auto [d, size] : llvm::enumerate(param.shape)) {
      if (size >= 0 || symbols.count(size))
        continue;
      bool sequenceLike = param.shape.size() < 3 || d == 2;
      symbols[size] = sequenceLike ? sequence : d == 0 ? 2 : d == 1 ? 4 : 64;
      sequence += sequenceLike ? 17 : 0;
    }
  for (ArtifactParam &param : entry.params)
    for (int64_t &size : param.shape)
      if (size < 0)
        size = symbols.lookup(size);
}

Array InputMaker::makeArray(unsigned index) {
  const ArtifactParam &param = entry.params[index];
  Array array(param.kind, param.bits, param.shape);
  // A generator for each parameter: its numbers do not depend on the others'
  // sizes.
  std::mt19937_64 generator(options.seed * 1000003 + index);
  std::normal_distribution<double> normal;
  for (int64_t i = 0; i < array.size(); ++i) {
    if (param.isOutput)
      array.set(i, array.isFloat() ? std::numeric_limits<double>::quiet_NaN()
                                   : -1);
    else if (array.isFloat())
      array.set(i, normal(generator));
    else
      array.set(i, double(generator() %
                          (param.kind == ArtifactElementKind::Bool ? 2 : 8)));
  }
  return array;
}

llvm::Error InputMaker::verifySizes() const {
  constexpr double kMostElements = double(int64_t(1) << 34);
  for (const ArtifactParam &param : entry.params) {
    double elements = 1;
    for (int64_t size : param.shape)
      elements *= double(size);
    if (elements > kMostElements)
      return createStringError(param.name +
                               " would have more than 2^34 elements");
  }
  return llvm::Error::success();
}

llvm::Expected<std::vector<Array>>
InputMaker::make(llvm::function_ref<llvm::Error(const ArtifactEntry &)> admit) {
  for (const ArtifactParam &param : entry.params)
    if (param.bits % 8 || param.bits > 64)
      return createStringError(param.name + " has elements of " +
                               llvm::Twine(unsigned(param.bits)) +
                               " bits, expected 8, 16, 32 or 64");
  if (llvm::Error error = readFiles())
    return error;
  if (llvm::Error error = readSizes())
    return error;
  chooseSizes();
  if (llvm::Error error = verifySizes())
    return error;
  if (llvm::Error error = admit(entry))
    return error;
  std::vector<Array> arrays;
  for (auto [index, param] : llvm::enumerate(entry.params)) {
    auto file = fromFiles.find(index);
    arrays.push_back(file == fromFiles.end() ? makeArray(index)
                                             : std::move(file->second));
  }
  return arrays;
}

} // namespace

llvm::Expected<std::vector<Array>> fovea::makeArrays(
    ArtifactEntry &entry, const InputOptions &options,
    llvm::function_ref<llvm::Error(const ArtifactEntry &)> admit) {
  return InputMaker(entry, options).make(admit);
}
