// SPDX-License-Identifier: Apache-2.0
// Bytes and their usual spellings.
#ifndef COUNTERSIGN_BASE_BYTES_H_
#define COUNTERSIGN_BASE_BYTES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace countersign::base {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

// The bytes of a text, and the text of some bytes. No copy in the first, a copy in the second.
ByteView as_bytes(std::string_view text);
std::string as_text(ByteView bytes);

// Lower-case hexadecimal. Reading takes both cases; empty when anything else is met.
std::string to_hex(ByteView bytes);
std::optional<Bytes> from_hex(std::string_view text);

// RFC 4648: section 4 with padding, and section 5 (URL and file name safe) without. Reading is
// strict: padding exactly as the form says, no white space, unused bits zero.
std::string to_base64(ByteView bytes);
std::optional<Bytes> from_base64(std::string_view text);
std::string to_base64url(ByteView bytes);
std::optional<Bytes> from_base64url(std::string_view text);

// Whether `text` is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates).
bool is_utf8(std::string_view text);

}  // namespace countersign::base

#endif  // COUNTERSIGN_BASE_BYTES_H_
