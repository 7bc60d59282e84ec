using Bullpen.Commands;

return EntrypointCommand.ArgumentsOf(ProgramName.AsCalled(), args) is { } command
    ? await EntrypointCommand.RunAsync(command)
    : await CommandLineRoot.RunAsync(args);
