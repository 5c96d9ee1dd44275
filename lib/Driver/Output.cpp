//===- Output.cpp - writing files whole or not at all -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Driver/Output.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace fovea;

static Error cannotWrite(StringRef path, const Twine &why) {
  return createStringError("cannot write '" + path + "': " + why);
}

/// Writes to an open stream and hands over what went wrong.
static std::error_code write(raw_fd_ostream &stream, StringRef content) {
  stream << content;
  stream.flush();
  std::error_code code = stream.error();
  stream.clear_error();
  return code;
}

/// A device or a pipe, which a rename would replace.
static bool isSpecial(const OutputFile &file) {
  return sys::fs::exists(file.path) && !sys::fs::is_regular_file(file.path) &&
         !sys::fs::is_directory(file.path);
}

static Error writeSpecial(const OutputFile &file) {
  std::error_code code;
  raw_fd_ostream stream(file.path, code);
  if (!code)
    code = write(stream, file.content);
  return code ? cannotWrite(file.path, code.message()) : Error::success();
}

static Expected<sys::fs::TempFile> writeTemporary(const OutputFile &file) {
  // A rename onto a folder would fail only after other files have been
  // replaced.
  if (sys::fs::is_directory(file.path))
    return cannotWrite(file.path, "it is a folder");
  Expected<sys::fs::TempFile> temporary =
      sys::fs::TempFile::create(file.path + ".%%%%%%%%");
  if (!temporary)
    return cannotWrite(file.path, toString(temporary.takeError()));
  raw_fd_ostream stream(temporary->FD, /*shouldClose=*/false);
  if (std::error_code code = write(stream, file.content)) {
    consumeError(temporary->discard());
    return cannotWrite(file.path, code.message());
  }
  return temporary;
}

Error fovea::writeFiles(ArrayRef<OutputFile> files) {
  // All go to temporaries beside them first; then they are renamed.
  std::vector<std::pair<sys::fs::TempFile, StringRef>> temporaries;
  scope_exit discard([&] {
    for (auto &[temporary, path] : temporaries)
      consumeError(temporary.discard());
  });
  for (const OutputFile &file : files) {
    if (isSpecial(file))
      continue;
    Expected<sys::fs::TempFile> temporary = writeTemporary(file);
    if (!temporary)
      return temporary.takeError();
    temporaries.emplace_back(std::move(*temporary), file.path);
  }
  for (const OutputFile &file : files)
    if (isSpecial(file))
      if (Error error = writeSpecial(file))
        return error;
  for (auto &[temporary, path] : temporaries)
    if (Error error = temporary.keep(path))
      return cannotWrite(path, toString(std::move(error)));
  return Error::success();
}
