// Moving in from another platform: opt-outs first, then people, with an account of every row.
#pragma once

#include "habeas/consent.hpp"
#include "habeas/import.hpp"

namespace habeas {

enum class Platform : std::uint8_t { mautic, hubspot };
std::string_view platform_name(Platform platform) noexcept;
std::optional<Platform> platform(std::string_view name) noexcept;

/// A server of MySQL or MariaDB, read in one read-only snapshot (component "mysql").
struct MysqlServer {
    std::string host; ///< empty: the socket
    unsigned port = 3306;
    std::string socket; ///< path; empty with an empty host: the client library's own
    std::string user, password, database;
    /// Without TLS to another machine. Never needed for a socket or this machine.
    bool insecure = false;
};

/// A column of the contacts that says whether somebody agreed. It gives consent events of evidence
/// level `imported`: method "import", with file hash and row.
struct MigrationConsent {
    std::string column; ///< a header, or the alias of Mautic's field
    std::string purpose;
    Channel channel = Channel::email;
    /// Values that mean yes, compared without case; empty: the words for yes (1, true, yes, ja,
    /// ...).
    std::vector<std::string> granted;
    /// When; without a time no consent is recorded, and the report says so.
    std::string time_column;
    /// What was shown then; 0: not known, and then a policy decides (accept_unproven).
    std::int32_t text_version = 0;
};

struct MigrationOptions {
    // Where from. Mautic: contacts, dump or server; HubSpot: contacts.
    std::string contacts; ///< CSV file that the platform exported
    std::string dump;     ///< file of mysqldump or mariadb-dump, not compressed
    std::optional<MysqlServer> server;
    std::string table_prefix; ///< of Mautic's tables
    /// Files of opt-outs: HubSpot's export of unsubscribes and bounces, and lists of addresses; for
    /// Mautic's contacts by CSV a table with the columns email, reason, channel, date_added (as
    /// far as there are). A database has its own table.
    std::vector<std::string> opt_outs;
    /// A person confirms that nobody ever opted out, so that there is no such file. Without it and
    /// without a file nothing is imported (Errc::invalid).
    bool no_opt_outs = false;

    // What becomes of it.
    /// HubSpot: subscription type (by name or number, as in the header) to purpose; "-": none of
    /// ours. An opt-out of any other type counts as one of all marketing.
    std::map<std::string, std::string> subscription_types;
    std::vector<ImportColumn> columns; ///< of contacts by CSV: besides what maps itself
    std::vector<MigrationConsent> consents;
    /// Policy: is imported consent enough of which nothing proves what was shown (art. 7(1))? If
    /// not, it is in the ledger and denied as CONSENT_UNPROVEN.
    bool accept_unproven = false;
    bool define_fields = true; ///< fields of Mautic's database that are not there yet are defined

    // How files are read.
    char delimiter = ',';
    bool windows1252 = false;
    /// IANA zone of dates with time that name none. Mautic: UTC unless said; HubSpot: must be said
    /// where such a time is met.
    std::string time_zone;
    std::string dates = "iso";   ///< order in dates: iso, dmy, mdy
    std::string default_country; ///< for phone numbers in national form; empty: the store's

    std::string rejects_file; ///< CSV of line, column, field, kind, reason; 0600; empty: none
    std::size_t batch = 5000; ///< rows a transaction
    /// false: begins anew although a run of the same files with the same options stopped midway.
    bool resume = true;
    Progress progress; ///< rows or bytes of the part that is being read
};

/// What became of the rows of one file or table. rows is the sum of the numbers below it.
struct MigrationPart {
    std::string name; ///< "leads", "contacts.csv"
    std::uint64_t rows = 0;
    std::uint64_t created = 0;
    std::uint64_t updated = 0;
    std::uint64_t unchanged = 0;
    std::uint64_t merged = 0;                     ///< into who an earlier row of the same part is
    std::uint64_t suppressed = 0;                 ///< opt-outs, new in this store
    std::uint64_t skipped = 0;                    ///< on purpose; see reasons
    std::uint64_t rejected = 0;                   ///< see reasons
    std::map<std::string, std::uint64_t> reasons; ///< of skipped and rejected rows
    bool operator==(const MigrationPart&) const = default;
};

/// What became of a definition.
struct MigrationItem {
    std::string kind; ///< field, segment, campaign, form
    std::string from; ///< its name on the platform
    std::string to;   ///< its name here; empty: not taken over
    /// created, there (it was, alike), static (a segment of its stored members, whose filter could
    /// not be read over), left
    std::string outcome;
    std::vector<std::string> notes; ///< rules that made it so, and where it behaves otherwise
    bool operator==(const MigrationItem&) const = default;
};

struct MigrationSource {
    std::string name;
    std::string sha256; ///< hexadecimal; empty: a server
    bool operator==(const MigrationSource&) const = default;
};

/// A row that was refused or not wholly taken, without its values.
struct MigrationSample {
    std::string part;
    std::uint64_t row = 0;
    std::string field, reason;
    bool operator==(const MigrationSample&) const = default;
};

struct MigrationReport {
    Platform platform = Platform::mautic;
    bool preview = false;
    bool cancelled = false; ///< what was committed stays; the same run again goes on there
    bool resumed = false;   ///< a run that had stopped went on
    std::vector<std::string> refusals; ///< of a preview: why a run would be refused
    std::vector<MigrationSource> sources;
    std::vector<MigrationPart> parts;
    std::vector<MigrationItem> items;
    std::vector<std::string> unmapped; ///< columns that nothing took
    std::vector<std::string> left;     ///< tables that nothing took, with their number of rows
    std::map<std::string, std::uint64_t> dropped; ///< values by "field: reason"; their rows went in
    std::uint64_t consents = 0;                   ///< events added
    std::uint64_t consents_unproven = 0;          ///< of them: not enough by the policy
    std::uint64_t consents_withheld = 0;  ///< not recorded, for the same input says opted out
    std::uint64_t opted_out = 0;          ///< rows of contacts whom the input says opted out
    std::vector<MigrationSample> samples; ///< 50 at most

    [[nodiscard]] bool balanced() const; ///< every part's numbers sum to its rows
    [[nodiscard]] std::string to_json() const;
};

/// Rules for every platform: opt-outs are read and written before anybody is; unknown is not
/// mailable; no run makes a no undone, neither one that is in the store nor one of the input.
class Migration {
  public:
    explicit Migration(Store& store) : engine_(&store.engine()) {}
    explicit Migration(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use

    /// All of it in a transaction that is rolled back; other writers wait meanwhile. What `run`
    /// would refuse for want of opt-outs is told in `refusals`.
    MigrationReport preview(Platform platform, const MigrationOptions& options);
    /// Errc::invalid names the option or the place in a file; Errc::unsupported: a server in a
    /// build without the component; Errc::denied: the server refuses. A run again makes no
    /// duplicates and re-subscribes nobody.
    MigrationReport run(Platform platform, const MigrationOptions& options);

  private:
    store::Engine* engine_;
};

} // namespace habeas
