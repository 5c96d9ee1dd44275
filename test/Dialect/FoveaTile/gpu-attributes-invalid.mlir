// RUN: fovea-opt %s --split-input-file --verify-diagnostics

// One case for each constraint of schedules and of layouts for GPUs.

// expected-error @below {{schedule 'producer' is 20, expected 0, or a multiple of 8 from 24 to 256}}
#schedule = #fovea_tile.schedule<target = "t", producer = 20>

// -----

// expected-error @below {{schedule 'producer' is 264, expected 0, or a multiple of 8 from 24 to 256}}
#schedule = #fovea_tile.schedule<target = "t", producer = 264>

// -----

// expected-error @below {{schedule 'consumer' is 241, expected 0, or a multiple of 8 from 24 to 256}}
#schedule = #fovea_tile.schedule<target = "t", consumer = 241>

// -----

// expected-error @below {{schedule 'stages' has 0, expected 1 to 16}}
#schedule = #fovea_tile.schedule<target = "t", stages = [2, 0]>

// -----

// expected-error @below {{schedule 'stages' has 17, expected 1 to 16}}
#schedule = #fovea_tile.schedule<target = "t", stages = [17]>

// -----

// expected-error @below {{schedule 'rounds' is 0, expected 1 to 16}}
#schedule = #fovea_tile.schedule<target = "t", rounds = 0>

// -----

// expected-error @below {{schedule 'heads' is 0, expected 1 to 65536}}
#schedule = #fovea_tile.schedule<target = "t", heads = 0>

// -----

// expected-error @below {{schedule 'workgroups' is 0, expected 1 to 16}}
#schedule = #fovea_tile.schedule<target = "t", workgroups = 0>

// -----

// expected-error @below {{schedule 'workgroups' is 17, expected 1 to 16}}
#schedule = #fovea_tile.schedule<target = "t", workgroups = 17>

// -----

// expected-error @below {{fragment's digits count other than its 32 elements}}
// expected-error @below {{failed to parse FoveaTile_ScheduleAttr parameter 'layout'}}
#schedule = #fovea_tile.schedule<target = "t", layout = <4x8, registers = [], lanes = [8 at (0, 1)]>>

// -----

// expected-error @below {{expected one of [always, lazy, speculative] for when a running output follows its running maximum, got: never}}
// expected-error @below {{failed to parse FoveaTile_ScheduleAttr parameter 'rescale'}}
#schedule = #fovea_tile.schedule<target = "t", rescale = never>

// -----

// expected-error @below {{struct is missing required parameter: target}}
#schedule = #fovea_tile.schedule<heads = 1>

// -----

// expected-error @below {{fragment of 4096x2, expected at most 4096 elements}}
#fragment = #fovea_tile.fragment<4096x2, registers = [], lanes = []>

// -----

// expected-error @below {{expected a block of ROWSxCOLUMNS}}
#fragment = #fovea_tile.fragment<16, registers = [], lanes = []>

// -----

// expected-error @below {{expected 'registers'}}
#fragment = #fovea_tile.fragment<16x8, lanes = []>

// -----

// expected-error @below {{expected 'at'}}
#fragment = #fovea_tile.fragment<16x8, registers = [2 (0, 1)], lanes = []>

// -----

// expected-error @below {{fragment has the digit 2 at (0, 8), which leaves its block}}
#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 8)], lanes = []>

// -----

// expected-error @below {{fragment has the digit 2 at (-1, 0), which leaves its block}}
#fragment = #fovea_tile.fragment<16x8, registers = [], lanes = [2 at (-1, 0)]>

// -----

// expected-error @below {{fragment's digits count other than its 128 elements}}
#fragment = #fovea_tile.fragment<16x8, registers = [2 at (0, 1)], lanes = [4 at (0, 2), 8 at (1, 0)]>

// -----

// Many digits do not overflow the count.
// expected-error @below {{fragment's digits count other than its 4 elements}}
#fragment = #fovea_tile.fragment<2x2, registers = [4096 at (0, 1), 4096 at (0, 1), 4096 at (0, 1), 4096 at (0, 1), 4096 at (0, 1), 4096 at (0, 1)], lanes = []>

// -----

// expected-error @below {{fragment's digits meet element (0, 1) twice, or leave the block}}
#fragment = #fovea_tile.fragment<2x2, registers = [2 at (0, 1)], lanes = [2 at (0, 1)]>

// -----

// expected-error @below {{fragment's digits meet element (0, 2) twice, or leave the block}}
#fragment = #fovea_tile.fragment<2x2, registers = [4 at (0, 1)], lanes = []>

// -----

// expected-error @below {{swizzle of 16 bytes, expected 32, 64 or 128}}
#swizzle = #fovea_tile.swizzle<16>

// -----

// expected-error @below {{swizzle of 128 bytes has 2 row masks, expected 3, one for each bit of a chunk's index}}
#swizzle = #fovea_tile.swizzle<128, rows = [2, 4]>

// -----

// expected-error @below {{swizzle of 32 bytes has 3 row masks, expected 1, one for each bit of a chunk's index}}
#swizzle = #fovea_tile.swizzle<32, rows = [1, 2, 4]>

// -----

// expected-error @below {{swizzle has the row mask 256, expected 0 to 255}}
#swizzle = #fovea_tile.swizzle<128, rows = [2, 4, 256]>

// -----

// expected-error @below {{swizzle has the row mask -1, expected 0 to 255}}
#swizzle = #fovea_tile.swizzle<128, rows = [2, -1, 8]>
