# The compiler of all presets but gcc: clang, by the name it has here. It compiles this project in half of g++'s time.
find_program(CMAKE_C_COMPILER NAMES clang clang-14 clang-19 clang-18 REQUIRED)
find_program(CMAKE_CXX_COMPILER NAMES clang++ clang++-14 clang++-19 clang++-18 REQUIRED)
