// What a connection does when its turn comes: some forty random changes, as one transaction.
#pragma once

#include "e2e/crowd.hpp"

#include <array>
#include <string_view>

namespace habeas::e2e {

class Turn {
  public:
    /// Of the multiselect; they differ within their first five letters.
    static constexpr std::array<std::string_view, 8> choices{"sailing",   "gardening", "chess club",
                                                             "painting",  "opera",     "mountains",
                                                             "languages", "woodwork"};
    struct FieldPlace {
        const char* field;
        Shape shape;
        std::uint32_t shortest, longest; ///< letters, most of the time
    };
    static const std::array<FieldPlace, fields_end>& fields();
    static Identifier identifier(const Canaries& canaries, CanaryId id);

    Turn(Crowd& crowd, Connection& at);
    void run();
    void insert_many(std::uint32_t people);

  private:
    [[nodiscard]] std::uint64_t below(std::uint64_t end) { return at_->random() % end; }
    [[nodiscard]] std::uint32_t index_of_anyone();
    Person& anyone() { return at_->people[index_of_anyone()]; }
    [[nodiscard]] std::uint32_t owner(std::uint32_t index) const;
    CanaryId text(std::uint32_t index, std::string_view place, std::uint32_t shortest,
                  std::uint32_t longest);
    CanaryId fresh(std::uint32_t index, Place place);
    void replace(CanaryId& old, CanaryId now);
    void give_choice(Person& person, std::uint32_t index, std::string_view choice);

    void operation();
    void insert();
    void update();
    void blank();
    void event(std::uint32_t index);
    void membership();
    void identifier();
    void merge();
    void change_of_mind();
    void define_or_drop();
    void import();

    Crowd* crowd_;
    Connection* at_;
    store::Engine* engine_;
    Canaries* canaries_;
};

} // namespace habeas::e2e
