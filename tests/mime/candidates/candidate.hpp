// What a candidate is given, and the program around it: candidate MESSAGES.json FOLDER.
#pragma once

#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

struct Attachment {
    std::string name, type, content;
};
struct Message {
    std::string id, subject, text, html, from_name, from, to_name, to;
    std::vector<std::pair<std::string, std::string>> headers;
    std::vector<Attachment> attachments;
};

std::string compose(const Message& message);

inline std::string from_base64(const std::string& in) {
    static const std::string alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    unsigned bits = 0, value = 0;
    for (char c : in) {
        if (c == '=') {
            break;
        }
        value = value << 6 | static_cast<unsigned>(alphabet.find(c));
        if ((bits += 6) >= 8) {
            out += static_cast<char>(value >> (bits -= 8) & 255);
        }
    }
    return out;
}

int main(int count, char** arguments) {
    if (count != 3) {
        return 2;
    }
    std::ifstream file(arguments[1]);
    for (const auto& each : nlohmann::json::parse(file)) {
        Message message{each["id"],
                        each["subject"],
                        each["text"],
                        each["html"],
                        each["from"]["name"],
                        each["from"]["email"],
                        each["to"]["name"],
                        each["to"]["email"],
                        {},
                        {}};
        for (const auto& header : each["headers"]) {
            message.headers.emplace_back(header[0], header[1]);
        }
        for (const auto& part : each["attachments"]) {
            message.attachments.push_back(
                {part["name"], part["type"], from_base64(part["content"])});
        }
        const std::string text = compose(message);
        if (!text.empty()) {
            std::ofstream(std::string(arguments[2]) + "/" + message.id + ".eml", std::ios::binary)
                << text;
        }
    }
}
