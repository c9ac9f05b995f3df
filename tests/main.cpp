// The test program: Boost.Test's main function. Each folder beside this file is a suite.
#define BOOST_TEST_MODULE tapegrad
#include <boost/test/unit_test.hpp>
