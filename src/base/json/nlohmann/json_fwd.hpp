// nlohmann's declarations in an inline namespace of habeas: see json.hpp beside this file.
#ifndef HABEAS_NLOHMANN_JSON_FWD
#define HABEAS_NLOHMANN_JSON_FWD

#define NLOHMANN_JSON_NAMESPACE nlohmann
#define NLOHMANN_JSON_NAMESPACE_BEGIN                                                              \
    namespace nlohmann {                                                                           \
    inline namespace of_habeas {
#define NLOHMANN_JSON_NAMESPACE_END                                                                \
    }                                                                                              \
    }
#include_next <nlohmann/json_fwd.hpp>

#endif
