# cmake -C cmake/caches/Sanitize.cmake: AddressSanitizer and UndefinedBehaviorSanitizer, with assertions.
# scripts/sanitize.sh uses it and says which run-time options go with it.
set(CMAKE_BUILD_TYPE Debug CACHE STRING "" FORCE)
set(CMAKE_C_FLAGS_DEBUG "-O1 -gline-tables-only" CACHE STRING "")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -gline-tables-only" CACHE STRING "")
set(LLVM_USE_SANITIZER "Address;Undefined" CACHE STRING "")
# LLVM's own top-level build defines these flags; vptr and function checks need all of LLVM instrumented.
set(LLVM_UBSAN_FLAGS
  "-fsanitize=undefined -fno-sanitize=vptr,function -fno-sanitize-recover=all" CACHE STRING "")
