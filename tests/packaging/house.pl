# Prints what breaks a rule of the house: perl house.pl includes | core | lengths | columns file... | statements file...
use strict;
use warnings;
use lib $0 =~ m{^(.*)/};
require "source.pl";

# Files include their own floor and the floors below, never one above; and no header includes itself, however far round.
sub includes {
  my %floor = (tensor => 0, autograd => 1, nn => 2);
  my %included;
  for my $file (library()) {
    my ($folder) = $file =~ m{^(\w+)/};
    for (text_of($file) =~ /^#include "([^"]+)"/mg) {
      my ($other) = m{^(\w+)/};
      wrong("$file includes $_, from above") if !defined $floor{$other} || $floor{$other} > $floor{$folder};
      push(@{$included{$file}}, $_);
    }
  }
  my (%seen, @path);
  my $walk;
  $walk = sub {
    my ($file) = @_;
    if (my ($start) = grep { $path[$_] eq $file } 0 .. $#path) {
      wrong('a circle: ' . join(' -> ', @path[$start .. $#path], $file));
    }
    return if $seen{$file}++;
    push(@path, $file);
    $walk->($_) for @{$included{$file} // []};
    pop(@path);
  };
  $walk->($_) for library();
}

# Lines that are neither blank nor comment: those that one reads to know how the library works, and the others.
sub core {
  my $apart = qr{^(?:tensor/(?:memory|threads|lanes|scalar_\w+|arch|random|print|file|npy)
                    |autograd/(?:functional|gradcheck|print|html)|nn/save)\.|^nn/attention/}x;
  my %lines = (core => 0, apart => 0);
  for my $file (library()) {
    $lines{$file =~ $apart ? 'apart' : 'core'} += grep { /\S/ } split(/\n/, code_of(text_of($file)));
  }
  print "$lines{core} $lines{apart}\n";
}

sub lengths {
  for my $file (library(), glob('examples/*.{h,cpp} examples/*/*.cpp')) {
    my $lines = text_of($file) =~ tr/\n//;
    wrong("$file has $lines lines; split it by subject, 300 are the most") if $lines > 300;
  }
}

# What stands over a letter takes no column.
sub columns {
  for my $file (@_) {
    my $number = 0;
    for my $line (split(/\n/, text_of($file))) {
      ++$number;
      utf8::decode($line);
      $line =~ s/\p{Mn}//g;
      wrong("$file:$number: " . length($line) . ' columns, 120 are the most') if length($line) > 120;
    }
  }
}

# After a statement's end a line may close what was open, but not begin another one.
sub statements {
  for my $file (@_) {
    my $code = code_of(text_of($file));
    $code =~ s{\b(?:for|if|switch)\s*(\((?:[^()]++|(?1))*\))}{ '()' . "\n" x ($1 =~ tr/\n//) }ge;  # their heads
    my $number = 0;
    for my $line (split(/\n/, $code)) {
      ++$number;
      while ($line =~ /;/g) {
        my $rest = substr($line, pos($line));
        next if $rest =~ /^\s*\\?$/ || ($rest =~ /^\s*\}/ && $rest !~ /^[\s}]*\}\s*(?!else\b|while\b|catch\b)[a-z_]/i);
        wrong("$file:$number: two statements");
        last;
      }
    }
  }
}

my ($check, @files) = @ARGV;
my %checks =
  (includes => \&includes, core => \&core, lengths => \&lengths, columns => \&columns, statements => \&statements);
$checks{$check}->(@files);
finish();
