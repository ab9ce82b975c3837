// SPDX-License-Identifier: Apache-2.0
#include "casework/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "casework/keys.h"
#include "casework/testing/drill.h"

namespace countersign::casework {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class FilesTest : public ::testing::Test {
 protected:
  fs::path path(const char* name) const { return folder_.path() / name; }
  base::Result<void> put(const char* name, std::string_view text = "new") const {
    return write_file(path(name), text, Secrecy::Public);
  }

  testing::Folder folder_;
};

TEST_F(FilesTest, AFileIsReplacedAndAKeyIsNot) {
  ASSERT_TRUE(put("a", "old"));
  ASSERT_TRUE(put("a"));
  EXPECT_EQ(read_file(path("a")).value(), "new");
  ASSERT_TRUE(make_key(path("k.key")));
  const std::string key = read_file(path("k.key")).value();
  const auto refused = put("k.key");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("is a private key or a ledger"));
  EXPECT_EQ(read_file(path("k.key")).value(), key);
}

TEST_F(FilesTest, BehindALinkTheFileIsWritten) {
  ASSERT_TRUE(put("real", "old"));
  fs::create_symlink("real", path("link"));
  ASSERT_TRUE(put("link"));
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(read_file(path("real")).value(), "new");
}

TEST_F(FilesTest, APipeIsWrittenIntoAndStays) {
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  std::string came;
  std::thread reader([&] {
    std::ifstream pipe(path("pipe"));
    came.assign(std::istreambuf_iterator<char>(pipe), {});
  });
  EXPECT_TRUE(put("pipe", "through"));
  reader.join();
  EXPECT_EQ(came, "through");
  EXPECT_TRUE(fs::is_fifo(path("pipe")));
}

TEST_F(FilesTest, AKeyThatOthersMayReadIsNotUsed) {
  ASSERT_TRUE(make_key(path("k.key")));
  EXPECT_TRUE(load_key(path("k.key")));
  fs::permissions(path("k.key"), fs::perms::others_read, fs::perm_options::add);
  const auto key = load_key(path("k.key"));
  ASSERT_FALSE(key);
  EXPECT_THAT(key.error().message, HasSubstr("chmod 600"));
}

}  // namespace
}  // namespace countersign::casework
