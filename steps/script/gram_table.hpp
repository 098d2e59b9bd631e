// steps/script/gram_table.hpp -- where in which pattern four bytes occur: a hash table that grows, behind a
// bitmap that says "no" to nearly everything without a look at the table. Holds numbers, not the patterns.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace runner {

class GramTable {
 public:
  static constexpr size_t kGram = 4;
  struct Place {
    uint32_t gram, pattern, offset;
    uint32_t next;  // the next place of the same bucket; kEnd: none
  };

  static uint32_t gram_at(const char* text) {
    uint32_t gram = 0;
    std::memcpy(&gram, text, kGram);
    return gram;
  }

  void add(uint32_t gram, uint32_t pattern, uint32_t offset);
  bool empty() const { return places_.empty(); }
  // Says quickly what no pattern has. To be asked only of a table that is not empty(), and that does not
  // grow.
  struct Filter {
    const uint8_t* marks;
    uint32_t shift;
    bool maybe(uint32_t gram) const { return marks[hash(gram) >> shift] != 0; }
  };
  Filter filter() const { return {marks_.data(), shift_}; }
  // Calls visit(pattern, offset) for each of its places.
  template <class Visit>
  void at(uint32_t gram, Visit visit) const {
    if (places_.empty() || !filter().maybe(gram)) return;
    for (auto i = heads_[hash(gram) >> head_shift_]; i != kEnd; i = places_[i].next) {
      if (places_[i].gram == gram) visit(places_[i].pattern, places_[i].offset);
    }
  }

 private:
  static constexpr uint32_t kEnd = UINT32_MAX;
  static uint32_t hash(uint32_t gram) { return gram * 0x9E3779B1u; }
  void grow();
  void link(uint32_t place);

  std::vector<Place> places_;
  std::vector<uint8_t> marks_;  // bytes are read faster than bits
  std::vector<uint32_t> heads_;
  uint32_t shift_ = 0, head_shift_ = 0;
};

}  // namespace runner
