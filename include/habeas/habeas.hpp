// Everything of the C++ interface.
#pragma once

#include "habeas/campaign.hpp"
#include "habeas/changes.hpp"
#include "habeas/consent.hpp"
#include "habeas/definitions.hpp"
#include "habeas/erasure.hpp"
#include "habeas/error.hpp"
#include "habeas/export.hpp"
#include "habeas/import.hpp"
#include "habeas/outbox.hpp"
#include "habeas/points.hpp"
#include "habeas/request.hpp"
#include "habeas/segment.hpp"
#include "habeas/store.hpp"
#include "habeas/subject.hpp"
#include "habeas/time.hpp"
#include "habeas/version.hpp"
