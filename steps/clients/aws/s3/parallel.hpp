// steps/clients/aws/s3/parallel.hpp -- a loop whose rounds run side by side.
#pragma once
#include <cstddef>
#include <functional>

namespace runner::aws::s3 {

// Calls work(0) to work(count - 1), begun in that order, on at most `width` threads. After the first
// exception no more are begun; it is thrown when those under way have ended.
void in_parallel(size_t count, size_t width, const std::function<void(size_t)>& work);
// The same with a width that may grow on the way.
void in_parallel(size_t count, const std::function<size_t()>& width, const std::function<void(size_t)>& work);

}  // namespace runner::aws::s3
