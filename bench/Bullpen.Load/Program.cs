using System.CommandLine;
using System.Globalization;
using Bullpen.Load;

var url = new Option<string>("--url") { DefaultValueFactory = _ => "http://127.0.0.1:8080", Description = "The server." };
var clients = new Option<int>("--clients") { DefaultValueFactory = _ => 64, Description = "Clients at once." };
var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 120, Description = "How long." };
var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1, Description = "Of the choice of requests." };
var root = new RootCommand("Sends the sample requests from many clients at once and compares every answer with that of a quiet server.")
{
    url, clients, seconds, seed,
};
root.SetAction((parsed, cancellationToken) => Churn.RunAsync(
    parsed.GetValue(url)!, parsed.GetValue(clients), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(seed), cancellationToken));

var count = new Option<int>("--count") { DefaultValueFactory = _ => 5000, Description = "Requests." };
var process = new Option<int?>("--process") { Description = "The server's process id, to read its resident memory." };
var malformed = new Command("malformed", "Sends wrong requests: each must be answered with 4xx and give nothing away.") { url, count, seed, process };
malformed.SetAction((parsed, cancellationToken) => Malformed.RunAsync(
    new Uri(parsed.GetValue(url)!), parsed.GetValue(count), parsed.GetValue(seed), parsed.GetValue(process), cancellationToken));
root.Subcommands.Add(malformed);

var repository = new Option<string>("--repository") { Required = true, Description = "The server's repository, with whole copies of the touched models in kept/." };
var chaos = new Command("chaos", "Asks while models are registered, deleted, replaced and broken.") { url, clients, seconds, seed, repository };
chaos.SetAction((parsed, cancellationToken) => Chaos.RunAsync(
    parsed.GetValue(url)!, parsed.GetValue(repository)!, parsed.GetValue(clients), TimeSpan.FromSeconds(parsed.GetValue(seconds)),
    parsed.GetValue(seed), cancellationToken));
root.Subcommands.Add(chaos);

var models = new Option<string>("--models") { Required = true, Description = "Names, separated by commas; each may have a weight: bert-base-1:2." };
IReadOnlyList<(string Model, int Weight)> Models(ParseResult parsed) =>
    [.. parsed.GetValue(models)!.Split(',').Select(part => part.Split(':')).Select(part => (part[0], part.Length > 1 ? int.Parse(part[1], CultureInfo.InvariantCulture) : 1))];

var server = new Option<int>("--process") { Required = true, Description = "The server's process id." };
var keep = new Option<int>("--keep-every") { Description = "Leaves every such model in memory, to see that the check notices." };
var unloading = new Command("return", "Loads and unloads models: does the memory come back?") { url, models, count, seed, server, keep };
unloading.SetAction((parsed, cancellationToken) => Return.RunAsync(
    parsed.GetValue(url)!, Models(parsed), parsed.GetValue(count), parsed.GetValue(seed), parsed.GetValue(server), parsed.GetValue(keep), cancellationToken));
root.Subcommands.Add(unloading);

var warm = new Option<string>("--warm") { DefaultValueFactory = _ => "sentiment", Description = "The model whose answers are timed." };
var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 5, Description = "Phases of each kind." };
var isolation = new Command("isolation", "What a warm model's answers take while others load.") { url, warm, models, seconds, rounds };
isolation.SetAction((parsed, cancellationToken) => Isolation.RunAsync(
    parsed.GetValue(url)!, parsed.GetValue(warm)!, [.. Models(parsed).Select(model => model.Model)], TimeSpan.FromSeconds(parsed.GetValue(seconds)),
    parsed.GetValue(rounds), cancellationToken));
root.Subcommands.Add(isolation);

var density = new Command("density", "How many models answer from how much memory.") { url, models, clients, seconds, seed, server };
density.SetAction((parsed, cancellationToken) => Density.RunAsync(
    parsed.GetValue(url)!, [.. Models(parsed).Select(model => model.Model)], parsed.GetValue(clients), TimeSpan.FromSeconds(parsed.GetValue(seconds)),
    parsed.GetValue(seed), parsed.GetValue(server), cancellationToken));
root.Subcommands.Add(density);

var only = new Option<string?>("--only") { Description = "Those alone whose name holds this." };
var crowd = new Option<int>("--crowd") { Description = "So many clients at once besides, each with one request." };
var hostile = new Command("hostile", "Sends bodies that are dear to read: how soon is each refused, and what does it cost?") { url, rounds, server, only, crowd };
hostile.SetAction((parsed, cancellationToken) => Hostile.RunAsync(
    new Uri(parsed.GetValue(url)!), parsed.GetValue(rounds), parsed.GetValue(server), parsed.GetValue(only), parsed.GetValue(crowd), cancellationToken));
root.Subcommands.Add(hostile);
return await root.Parse(args).InvokeAsync();
