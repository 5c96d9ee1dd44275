//===- Attributes.cpp - configs, schedules and layouts -*- C++ -*-===//
// Part of the Fovea project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "fovea/Dialect/FoveaTile/IR/FoveaTile.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace fovea::tile;

/// Sizes are bounded so that products of two stay far from overflow.
static constexpr int64_t kLargestTile = 1 << 16;
/// Digits multiply to the elements of a block: few are ever needed.
static constexpr int64_t kLargestBlock = 1 << 12;

// stages = [2, 3]
static ParseResult parseStages(AsmParser &parser,
                               SmallVector<int64_t> &stages) {
  return parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
    return parser.parseInteger(stages.emplace_back());
  });
}
static void printStages(AsmPrinter &printer, ArrayRef<int64_t> stages) {
  printer << "[";
  llvm::interleaveComma(stages, printer);
  printer << "]";
}

#define GET_ATTRDEF_CLASSES
#include "fovea/Dialect/FoveaTile/IR/FoveaTileAttrs.cpp.inc"

void FoveaTileDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "fovea/Dialect/FoveaTile/IR/FoveaTileAttrs.cpp.inc"
      >();
}

LogicalResult ConfigAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 int64_t m, int64_t n, int64_t rows,
                                 int64_t columns, int64_t splits, bool listed,
                                 ScheduleAttr) {
  for (auto [name, size] :
       {std::pair("m", m), std::pair("n", n), std::pair("rows", rows),
        std::pair("columns", columns), std::pair("splits", splits)})
    if (size < 1 || size > kLargestTile)
      return emitError() << "config '" << name << "' is " << size
                         << ", expected 1 to " << kLargestTile;
  if (m % rows)
    return emitError() << "config 'm' is " << m
                       << ", expected a multiple of 'rows', " << rows;
  if (n % columns)
    return emitError() << "config 'n' is " << n
                       << ", expected a multiple of 'columns', " << columns;
  if (listed && splits > 1)
    return emitError() << "config 'listed' goes with " << splits
                       << " splits, expected 1";
  return success();
}

ConfigAttr ConfigAttr::withListed(bool listed) const {
  return get(getContext(), getM(), getN(), getRows(), getColumns(), getSplits(),
             listed, getSchedule());
}

LogicalResult ScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   StringRef target, int64_t producer,
                                   int64_t consumer, ArrayRef<int64_t> stages,
                                   int64_t rounds, Overlap, bool, Rescale, Grid,
                                   Order, int64_t heads, bool,
                                   int64_t workgroups, Phases,
                                   ArrayRef<int64_t> interleave, FragmentAttr) {
  // Eight-bit register numbers: PTX ISA, setmaxnreg.
  for (auto [name, registers] :
       {std::pair("producer", producer), std::pair("consumer", consumer)})
    if (registers != 0 && (registers < 24 || registers > 256 || registers % 8))
      return emitError() << "schedule '" << name << "' is " << registers
                         << ", expected 0, or a multiple of 8 from 24 to 256";
  for (int64_t depth : stages)
    if (depth < 1 || depth > 16)
      return emitError() << "schedule 'stages' has " << depth
                         << ", expected 1 to 16";
  if (rounds < 1 || rounds > 16)
    return emitError() << "schedule 'rounds' is " << rounds
                       << ", expected 1 to 16";
  if (workgroups < 1 || workgroups > 16)
    return emitError() << "schedule 'workgroups' is " << workgroups
                       << ", expected 1 to 16";
  if (!interleave.empty() &&
      (interleave.size() != 4 || llvm::any_of(interleave, [](int64_t count) {
         return count < 0 || count > 64;
       })))
    return emitError() << "schedule 'interleave' has " << interleave.size()
                       << " numbers, expected none, or 4 from 0 to 64";
  if (heads < 1 || heads > kLargestTile)
    return emitError() << "schedule 'heads' is " << heads << ", expected 1 to "
                       << kLargestTile;
  return success();
}

LogicalResult PanelsAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 int64_t columns) {
  if (columns < 1 || columns > kLargestTile)
    return emitError() << "panels of " << columns << " columns, expected 1 to "
                       << kLargestTile;
  return success();
}

static int64_t countChunkBits(int64_t lineBytes) {
  return llvm::Log2_64(lineBytes / SwizzleAttr::kChunkBytes);
}

LogicalResult SwizzleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                  int64_t bytes, ArrayRef<int64_t> rows) {
  if (bytes != 32 && bytes != 64 && bytes != 128)
    return emitError() << "swizzle of " << bytes
                       << " bytes, expected 32, 64 or 128";
  int64_t bits = countChunkBits(bytes);
  if (!rows.empty() && int64_t(rows.size()) != bits)
    return emitError() << "swizzle of " << bytes << " bytes has " << rows.size()
                       << " row masks, expected " << bits
                       << ", one for each bit of a chunk's index";
  for (int64_t mask : rows)
    if (mask < 0 || mask >> kRowBits)
      return emitError() << "swizzle has the row mask " << mask
                         << ", expected 0 to " << (1 << kRowBits) - 1;
  return success();
}

bool SwizzleAttr::isIdentity(int64_t bytes, ArrayRef<int64_t> rows) {
  for (auto [bit, mask] : llvm::enumerate(rows))
    if (mask != int64_t(1) << bit)
      return false;
  return rows.empty() || bytes == kChunkBytes << rows.size();
}

SmallVector<int64_t, 4> SwizzleAttr::getRowMasks() const {
  if (!isIdentity())
    return SmallVector<int64_t, 4>(getRows());
  SmallVector<int64_t, 4> masks;
  for (int64_t bit = 0; bit < countChunkBits(getBytes()); ++bit)
    masks.push_back(int64_t(1) << bit);
  return masks;
}

int64_t SwizzleAttr::getFlips(int64_t row) const {
  int64_t flips = 0;
  for (auto [bit, mask] : llvm::enumerate(getRowMasks()))
    flips |= int64_t(llvm::popcount(uint64_t(row & mask)) & 1) << bit;
  return flips;
}

SmallVector<SwizzleTerm, 4> SwizzleAttr::getTerms() const {
  SmallVector<int64_t, 4> masks = getRowMasks();
  SmallVector<SwizzleTerm, 4> terms;
  for (int64_t shift = 1 - int64_t(masks.size()); shift < kRowBits; ++shift) {
    int64_t flipped = 0;
    for (auto [bit, mask] : llvm::enumerate(masks))
      if (int64_t row = int64_t(bit) + shift; row >= 0 && (mask >> row & 1))
        flipped |= int64_t(1) << bit;
    if (flipped)
      terms.push_back({shift, flipped});
  }
  return terms;
}

// #fovea_tile.fragment<16x8, registers = [2 at (0, 1), ...], lanes = [...]>
static ParseResult parseDigits(AsmParser &parser, StringRef name,
                               SmallVectorImpl<FragmentDigit> &digits) {
  auto parseDigit = [&]() -> ParseResult {
    FragmentDigit digit;
    if (parser.parseInteger(digit.extent) || parser.parseKeyword("at") ||
        parser.parseLParen() || parser.parseInteger(digit.row) ||
        parser.parseComma() || parser.parseInteger(digit.column) ||
        parser.parseRParen())
      return failure();
    digits.push_back(digit);
    return success();
  };
  return failure(
      parser.parseComma() || parser.parseKeyword(name) || parser.parseEqual() ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseDigit));
}

Attribute FragmentAttr::parse(AsmParser &parser, Type) {
  SmallVector<int64_t> block;
  SmallVector<FragmentDigit> registers, lanes;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() ||
      parser.parseDimensionList(block, /*allowDynamic=*/false,
                                /*withTrailingX=*/false))
    return {};
  if (block.size() != 2) {
    parser.emitError(loc, "expected a block of ROWSxCOLUMNS");
    return {};
  }
  if (parseDigits(parser, "registers", registers) ||
      parseDigits(parser, "lanes", lanes) || parser.parseGreater())
    return {};
  return parser.getChecked<FragmentAttr>(loc, parser.getContext(), block[0],
                                         block[1], registers, lanes);
}

static void printDigits(AsmPrinter &printer, StringRef name,
                        ArrayRef<FragmentDigit> digits) {
  printer << ", " << name << " = [";
  llvm::interleaveComma(digits, printer, [&](FragmentDigit digit) {
    printer << digit.extent << " at (" << digit.row << ", " << digit.column
            << ")";
  });
  printer << "]";
}

void FragmentAttr::print(AsmPrinter &printer) const {
  printer << "<" << getRows() << "x" << getColumns();
  printDigits(printer, "registers", getRegisters());
  printDigits(printer, "lanes", getLanes());
  printer << ">";
}

using Places = SmallVector<std::pair<int64_t, int64_t>>;

/// The place of each number that `digits` count, in order.
static Places enumerate(ArrayRef<FragmentDigit> digits) {
  Places places = {{0, 0}};
  for (FragmentDigit digit : digits) {
    Places inner = places;
    for (int64_t i = 1; i < digit.extent; ++i)
      for (auto [row, column] : inner)
        places.emplace_back(row + i * digit.row, column + i * digit.column);
  }
  return places;
}

LogicalResult FragmentAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   int64_t rows, int64_t columns,
                                   ArrayRef<FragmentDigit> registers,
                                   ArrayRef<FragmentDigit> lanes) {
  if (rows < 1 || columns < 1 || rows > kLargestBlock ||
      columns > kLargestBlock || rows * columns > kLargestBlock)
    return emitError() << "fragment of " << rows << "x" << columns
                       << ", expected at most " << kLargestBlock << " elements";
  int64_t elements = 1;
  for (ArrayRef<FragmentDigit> digits : {registers, lanes})
    for (FragmentDigit digit : digits) {
      if (digit.extent < 1 || digit.row < 0 || digit.column < 0 ||
          digit.extent > kLargestBlock || digit.row >= rows ||
          digit.column >= columns)
        return emitError() << "fragment has the digit " << digit.extent
                           << " at (" << digit.row << ", " << digit.column
                           << "), which leaves its block";
      elements *= digit.extent;
      if (elements > rows * columns)
        break;
    }
  if (elements != rows * columns)
    return emitError() << "fragment's digits count other than its "
                       << rows * columns << " elements";
  DenseSet<std::pair<int64_t, int64_t>> seen;
  for (auto [laneRow, laneColumn] : enumerate(lanes))
    for (auto [row, column] : enumerate(registers)) {
      row += laneRow, column += laneColumn;
      if (row >= rows || column >= columns ||
          !seen.insert({row, column}).second)
        return emitError() << "fragment's digits meet element (" << row << ", "
                           << column << ") twice, or leave the block";
    }
  return success();
}

int64_t FragmentAttr::getSubgroupSize() const {
  int64_t size = 1;
  for (FragmentDigit digit : getLanes())
    size *= digit.extent;
  return size;
}

Places FragmentAttr::getRegisterPlaces(ArrayRef<int64_t> shape,
                                       int64_t subgroups) const {
  Places block = enumerate(getRegisters());
  bool isRow = shape.size() == 1;
  if (isRow)
    llvm::erase_if(block, [](auto place) { return place.second != 0; });
  int64_t rowSteps = std::max<int64_t>(1, shape[0] / (getRows() * subgroups));
  int64_t columnSteps = isRow ? 1 : shape[1] / getColumns();
  Places places;
  for (int64_t column = 0; column < columnSteps; ++column)
    for (int64_t row = 0; row < rowSteps; ++row)
      for (auto place : block)
        places.emplace_back(place.first + row * getRows() * subgroups,
                            place.second + column * getColumns());
  return places;
}

int64_t FragmentAttr::getFoldColumns() const {
  int64_t columns = 1;
  for (FragmentDigit digit : getLanes())
    columns = std::max(columns, digit.extent * digit.column);
  return columns;
}

FragmentAttr FragmentAttr::narrow(int64_t columns) const {
  if (columns >= getColumns())
    return *this;
  SmallVector<FragmentDigit> kept;
  for (FragmentDigit digit : getRegisters())
    if (digit.column * digit.extent <= columns)
      kept.push_back(digit);
  return FragmentAttr::getChecked(
      [&] { return emitError(UnknownLoc::get(getContext())); }, getContext(),
      getRows(), columns, kept, getLanes());
}

bool FragmentAttr::hasRowsOf(FragmentAttr other) const {
  // A digit of columns counts as one that stays in its row.
  auto rowsOf = [](ArrayRef<FragmentDigit> digits, bool keepsColumns) {
    SmallVector<std::pair<int64_t, int64_t>> rows;
    for (FragmentDigit digit : digits)
      if (digit.row || keepsColumns)
        rows.emplace_back(digit.extent, digit.row);
    return rows;
  };
  return getRows() == other.getRows() &&
         rowsOf(getLanes(), true) == rowsOf(other.getLanes(), true) &&
         rowsOf(getRegisters(), false) == rowsOf(other.getRegisters(), false);
}

int64_t FragmentAttr::getNeighbours() const {
  for (FragmentDigit digit : getRegisters())
    if (digit.row == 0 && digit.column == 1)
      return digit.extent;
  return 1;
}

SmallVector<int64_t> FragmentAttr::getRowExchanges() const {
  SmallVector<int64_t> distances;
  int64_t distance = 1;
  for (FragmentDigit digit : getLanes()) {
    for (int64_t i = 1; digit.column && i < digit.extent; i *= 2)
      distances.push_back(distance * i);
    distance *= digit.extent;
  }
  return distances;
}
