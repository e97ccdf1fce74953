#!/usr/bin/env pwsh
# The one command on Windows: builds what changed, then runs local/Cli. './lab.ps1 test' builds everything and runs the test suite.
$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$cli = Join-Path $root 'local/Cli/bin/lab/lab.dll'
$sdk = if ($env:PulumiSdk) { $env:PulumiSdk } else { 'embedded' }
$stamp = Join-Path $root "local/Cli/obj/lab.$sdk.stamp"

function Stop-Lab([string] $message) {
  [Console]::Error.WriteLine("lab: $message")
  exit 1
}

function Assert-Sdk {
  if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
    Stop-Lab "the .NET 10 SDK is needed, and there is no 'dotnet' on the PATH. Get it from https://dotnet.microsoft.com/download"
  }
  Push-Location $root
  try { dotnet --version *> $null } finally { Pop-Location }
  if ($LASTEXITCODE -ne 0) {
    Stop-Lab "the .NET 10 SDK is needed; installed here:`n$((dotnet --list-sdks) -join "`n")`nGet it from https://dotnet.microsoft.com/download"
  }
}

# A look at the sources' times costs milliseconds; a build that finds nothing to do costs seconds. Folders count too: they tell of
# files that were deleted or moved.
function Test-Newer([datetime] $time, [switch] $FilesOnly) {
  $pending = [System.Collections.Generic.Stack[string]]::new()
  'local', 'infra', 'policy', 'eng' | ForEach-Object { $pending.Push((Join-Path $root $_)) }
  foreach ($file in 'Directory.Build.props', 'Directory.Packages.props', 'global.json') {
    if ([IO.File]::GetLastWriteTimeUtc((Join-Path $root $file)) -gt $time) { return $true }
  }
  while ($pending.Count -gt 0) {
    $folder = $pending.Pop()
    if (-not $FilesOnly -and [IO.Directory]::GetLastWriteTimeUtc($folder) -gt $time) { return $true }
    foreach ($file in [IO.Directory]::EnumerateFiles($folder)) {
      if ([IO.File]::GetLastWriteTimeUtc($file) -gt $time) { return $true }
    }
    foreach ($child in [IO.Directory]::EnumerateDirectories($folder)) {
      if ([IO.Path]::GetFileName($child) -notin 'bin', 'obj') { $pending.Push($child) }
    }
  }
  return $false
}

function Test-Stale {
  -not (Test-Path $cli) -or -not (Test-Path $stamp) -or (Test-Newer ([IO.File]::GetLastWriteTimeUtc($stamp)))
}

function Invoke-Build([string[]] $arguments) {
  dotnet build -nologo -v quiet @arguments | Out-Host
  if ($LASTEXITCODE -ne 0) { Stop-Lab 'the build failed; the errors are above' }
}

# Builds the solution once, runs every test module, and sums them up in a line of its own: N passed, N failed, N skipped.
function Invoke-Tests([string[]] $arguments) {
  Assert-Sdk
  [Console]::Error.WriteLine('Building everything ...')
  Invoke-Build @((Join-Path $root 'Infra.sln'))
  $env:DOTNET_CLI_UI_LANGUAGE = 'en'
  $summary = @{}
  $seen = $false
  dotnet test --solution (Join-Path $root 'Infra.sln') --no-build --max-parallel-test-modules 2 --no-ansi @arguments 2>&1 | ForEach-Object {
    $line = "$_"
    $line
    if ($line -match '^Test run summary:') { $seen = $true }
    if ($seen -and $line -match '^\s*(succeeded|failed|skipped): (\d+)') { $summary[$Matches[1]] = [int] $Matches[2] }
  }
  $code = $LASTEXITCODE
  if (-not $seen) { Stop-Lab 'the tests ended without a summary' }
  "$([int] $summary.succeeded) passed, $([int] $summary.failed) failed, $([int] $summary.skipped) skipped"
  exit [int] ($code -ne 0 -or $summary.failed -gt 0)
}

$isHelp = @($args | Where-Object { $_ -in '-h', '--help', '-?' }).Count -gt 0
if ($args.Count -gt 0 -and $args[0] -eq 'test' -and -not $isHelp) {
  Invoke-Tests @($args | Select-Object -Skip 1)
}

# What only looks at what runs, or stops it, must work while the sources do not build.
$needsBuild = if ($args.Count -gt 0 -and $args[0] -in 'stop', 'status', 'output', 'kubeconfig', 'stack', 'config') { -not (Test-Path $cli) } else { Test-Stale }
if ($needsBuild) {
  Assert-Sdk
  [Console]::Error.WriteLine('Building the engine, the registry, the cluster and the program; the first time takes a minute or two ...')
  $start = [datetime]::UtcNow
  Invoke-Build @((Join-Path $root 'eng/Lab.slnf'), "-p:PulumiSdk=$sdk", '-p:PublishLab=true')
  # The build itself makes folders beside the sources, so its end is what later changes are compared with, unless a source changed meanwhile.
  $time = if (Test-Newer $start -FilesOnly) { $start } else { [datetime]::UtcNow }
  [IO.File]::WriteAllText($stamp, '')
  [IO.File]::SetLastWriteTimeUtc($stamp, $time)
}

dotnet $cli @args
exit $LASTEXITCODE
