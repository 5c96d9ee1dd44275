//===- CalculatorTest.cpp - layouts against AMD's calculator -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
//
// Every element of every operand in Inputs/mfma.txt, which says where its lines
// come from. (Its clocks are for who writes target records.)
//
//===----------------------------------------------------------------------===//

#include "fovea/Simulator/AMD/Layouts.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

using namespace fovea::sim;
using namespace fovea::sim::amd;
using llvm::StringRef;

namespace {

/// `n@r,c`.
struct Digit {
  int values, row, column;
};
using Digits = std::vector<Digit>;

struct Matrix {
  Digits lanes, elements;
};

struct Instruction {
  std::string chip, name;
  int m = 0, n = 0, k = 0;
  std::map<char, Matrix> matrices;
};

int toInt(StringRef text) {
  int value = -1;
  EXPECT_FALSE(text.getAsInteger(10, value)) << text.str();
  return value;
}

Digit parseDigit(StringRef text) {
  auto [values, step] = text.split('@');
  auto [row, column] = step.split(',');
  return {toInt(values), toInt(row), toInt(column)};
}

Instruction parse(StringRef line) {
  llvm::SmallVector<StringRef> words;
  llvm::SplitString(line, words);
  Instruction result;
  result.chip = words[0].str(), result.name = words[1].str();
  auto [m, nk] = words[2].split('x');
  auto [n, k] = nk.split('x');
  result.m = toInt(m), result.n = toInt(n), result.k = toInt(k);
  Digits *digits = nullptr;
  char matrix = 0;
  for (StringRef word : llvm::ArrayRef(words).drop_front(5)) {
    if (word.size() == 1 && word != "/")
      digits = &result.matrices[matrix = word[0]].lanes;
    else if (word == "/")
      digits = &result.matrices[matrix].elements;
    else
      digits->push_back(parseDigit(word));
  }
  return result;
}

std::vector<Instruction> readInstructions() {
  std::vector<Instruction> result;
  auto file = llvm::MemoryBuffer::getFile(FOVEA_AMD_INPUTS "/mfma.txt");
  EXPECT_TRUE(static_cast<bool>(file));
  if (!file)
    return result;
  llvm::SmallVector<StringRef> lines;
  llvm::SplitString((*file)->getBuffer(), lines, "\n");
  for (StringRef line : lines)
    if (!line.starts_with("#"))
      result.push_back(parse(line));
  return result;
}

int count(const Digits &digits) {
  int values = 1;
  for (Digit digit : digits)
    values *= digit.values;
  return values;
}

/// Adds the steps of `number`.
void step(Place &place, const Digits &digits, int number) {
  for (Digit digit : digits) {
    place.row += number % digit.values * digit.row;
    place.column += number % digit.values * digit.column;
    number /= digit.values;
  }
}

Place simulated(const Instruction &instruction, char matrix, int lane,
                int element) {
  int size = instruction.m, k = instruction.k;
  return matrix == 'A'   ? placeInMfmaA(size, k, lane, element)
         : matrix == 'B' ? placeInMfmaB(size, k, lane, element)
                         : placeInMfmaC(size, lane, element);
}

void expectEqual(const Instruction &instruction, char matrix, int elements) {
  const Matrix &table = instruction.matrices.at(matrix);
  ASSERT_EQ(count(table.lanes), kWaveLanes);
  ASSERT_EQ(count(table.elements), elements);
  for (int lane = 0; lane < kWaveLanes; ++lane)
    for (int element = 0; element < elements; ++element) {
      Place expected{0, 0};
      step(expected, table.lanes, lane);
      step(expected, table.elements, element);
      Place place = simulated(instruction, matrix, lane, element);
      ASSERT_TRUE(place.row == expected.row && place.column == expected.column)
          << instruction.chip << " " << instruction.name << " " << matrix
          << " lane " << lane << " element " << element << ": " << place.row
          << "," << place.column << ", expected " << expected.row << ","
          << expected.column;
    }
}

TEST(Calculator, PlacesAreThoseOfTheSimulator) {
  std::map<std::string, int> instructions;
  for (const Instruction &instruction : readInstructions()) {
    ++instructions[instruction.chip];
    ASSERT_EQ(instruction.m, instruction.n);
    int size = instruction.m;
    expectEqual(instruction, 'A', size * instruction.k / kWaveLanes);
    expectEqual(instruction, 'B', size * instruction.k / kWaveLanes);
    expectEqual(instruction, 'C', size * size / kWaveLanes);
  }
  EXPECT_EQ(instructions, (std::map<std::string, int>{
                              {"gfx90a", 10}, {"gfx942", 18}, {"gfx950", 22}}));
}

} // namespace
